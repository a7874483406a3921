import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { gatewayEnvironment } from './environment.ts'
import type { LoadOrder, LoadReport } from './load.ts'
import { type Contender, preparePeers } from './peers.ts'
import { guardedSdl, query, subgraphSdl, variedQuery } from './workload.ts'

/**
 * Requests per second of this gateway beside others, all in the same minutes: the gateway under
 * load alone on one core, subgraphs and load generator on the other.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    profile: { type: 'string' },
    unpinned: { type: 'boolean', default: false },
  },
})
const ROUNDS = Number(values.rounds)
const SECONDS = Number(values.seconds)
/** Requests before the first measurement. */
const WARM_UP = 1_000
/** Below those that a system gives to whoever connects. */
const FIRST_SUBGRAPH_PORT = 27_100
const FIRST_GATEWAY_PORT = 27_200

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const children: ChildProcess[] = []
/** As `npm run gateway` does. */
const SEMI_SPACE = ['--max-semi-space-size=32', '--min-semi-space-size=16']

function start(core: 0 | 1, args: readonly string[], cwd?: string): ChildProcess {
  const command = [process.execPath, ...args]
  const pinned = values.unpinned ? command : ['taskset', '-c', String(core), ...command]
  const [file = '', ...rest] = pinned
  const child = spawn(file, rest, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: gatewayEnvironment(),
  })
  children.push(child)
  return child
}

function supergraphOf(subgraphs: typeof subgraphSdl): string {
  const result = composeServices(
    Object.entries(subgraphs).map(([name, sdl], at) => ({
      name,
      url: `http://127.0.0.1:${FIRST_SUBGRAPH_PORT + at}/graphql`,
      typeDefs: parse(sdl),
    })),
  )
  if (result.errors) throw new AggregateError(result.errors, 'the workload does not compose')
  return result.supergraphSdl
}

/** What a guarded gateway wants to see. */
async function tokenAt(port: number): Promise<Headers> {
  const answer = await fetch(`http://127.0.0.1:${port + 100}/`).catch(() => null)
  return answer ? { authorization: `Bearer ${await answer.text()}` } : {}
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function answerOf(port: number, headers: Headers): Promise<string | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    })
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown }
    return data && !errors ? JSON.stringify(data) : null
  } catch {
    return null
  }
}

type Headers = Readonly<Record<string, string>>

async function untilAnswers({ name, headersAt }: Contender, port: number): Promise<string> {
  for (let tries = 0; tries < 600; tries += 1) {
    const headers = (await headersAt?.(port)) ?? {}
    const answer = await answerOf(port, headers)
    if (answer) return answer
    await pause(300)
  }
  throw new Error(`${name} does not answer`)
}

/** Seconds of processor time that a process has used. */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function subgraphRequests(): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${FIRST_SUBGRAPH_PORT}/`)).text())
}

async function load(generator: ChildProcess, order: LoadOrder): Promise<LoadReport> {
  generator.send(order)
  const [report] = await once(generator, 'message')
  return report as LoadReport
}

type Row = {
  perSecond: number
  cpu: number
  p50: number
  p99: number
  p50Alone: number
  calls: number
  failures: number
}

type Running = Contender & {
  readonly child: ChildProcess
  readonly port: number
  readonly rows: Row[]
}

async function measure(generator: ChildProcess, running: Running, varied: boolean): Promise<Row> {
  const order = {
    port: running.port,
    query: varied ? variedQuery : query,
    // Asked for anew: tokens end after five minutes.
    headers: (await running.headersAt?.(running.port)) ?? {},
    varied,
    connections: 50,
    seconds: SECONDS,
  }
  // Code is compiled for speed as it is run; by then it is.
  const isNew = running.rows.length === 0
  await load(generator, { ...order, seconds: 30, most: isNew ? WARM_UP : WARM_UP / 10 })
  const [cpuBefore, callsBefore] = [cpuSeconds(running.child), await subgraphRequests()]
  const many = await load(generator, order)
  const [cpuAfter, callsAfter] = [cpuSeconds(running.child), await subgraphRequests()]
  const alone = await load(generator, { ...order, connections: 1, seconds: 1 })
  return {
    perSecond: many.requests / many.seconds,
    cpu: ((cpuAfter - cpuBefore) * 1e6) / many.requests,
    p50: many.p50,
    p99: many.p99,
    p50Alone: alone.p50,
    calls: (callsAfter - callsBefore) / many.requests,
    failures: many.failures + alone.failures,
  }
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN

function print(title: string, all: readonly Running[]): void {
  const stock = all.find(({ name }) => name === 'stock')
  const base = stock ? median(stock.rows.map(({ perSecond }) => perSecond)) : Number.NaN
  const lines = all.map(({ name, sharing, rows }) => {
    const of = (key: keyof Row) => median(rows.map((row) => row[key]))
    const cells = [
      name.padEnd(12),
      sharing.padEnd(8),
      of('perSecond').toFixed(0).padStart(7),
      (of('perSecond') / base).toFixed(1).padStart(7),
      of('cpu').toFixed(0).padStart(8),
      `${of('p50').toFixed(0)}/${of('p99').toFixed(0)}`.padStart(10),
      of('p50Alone').toFixed(2).padStart(8),
      of('calls').toFixed(1).padStart(6),
      String(rows.reduce((sum, row) => sum + row.failures, 0)).padStart(4),
      rows.map(({ perSecond }) => perSecond.toFixed(0)).join(' '),
    ]
    return cells.join(' | ')
  })
  const head =
    'gateway      | sharing  |   req/s | x stock | CPU us/r | p50/99 ms  | 1 conn  | calls | bad | runs'
  process.stdout.write(`\n${title}\n${head}\n${lines.join('\n')}\n`)
}

const profiling = (name: string, sharing: string): string[] =>
  values.profile && `${name} ${sharing}`.includes(values.profile)
    ? ['--cpu-prof', '--cpu-prof-dir', process.cwd()]
    : []

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'))
  const supergraph = supergraphOf(subgraphSdl)
  const file = join(folder, 'supergraph.graphql')
  writeFileSync(file, supergraph)
  const ours = (['none', 'fetches', 'inbound'] as const).map((sharing) => ({
    name: 'ours',
    sharing,
    folder,
    command: (port: number) => [
      ...profiling('ours', sharing),
      ...SEMI_SPACE,
      here('../src/serve.ts'),
      ...['--supergraph', file, '--port', String(port), '--sharing', sharing],
    ],
  }))
  const guardedFile = join(folder, 'guarded.graphql')
  writeFileSync(guardedFile, supergraphOf(guardedSdl))
  const guarded = (['none', 'fetches'] as const).map((sharing) => ({
    ...{ name: 'guarded', sharing, folder },
    command: (port: number) => [
      ...profiling('guarded', sharing),
      ...SEMI_SPACE,
      ...[here('guarded.ts'), guardedFile, String(port), sharing],
    ],
    headersAt: tokenAt,
  }))
  const wanted = values.only.split(',').filter(Boolean)
  const isWanted = ({ name, sharing }: Contender) =>
    wanted.length === 0 || wanted.some((text) => `${name} ${sharing}`.includes(text))
  const contenders = [...preparePeers(supergraph), ...ours, ...guarded].filter(isWanted)
  start(0, [here('subgraphs.ts'), String(FIRST_SUBGRAPH_PORT)])
  const generator = start(0, [here('load.ts')])
  const all: Running[] = []
  let expected: string | null = null
  for (const [at, contender] of contenders.entries()) {
    const port = FIRST_GATEWAY_PORT + at
    const child = start(1, contender.command(port), contender.folder)
    const answer = await untilAnswers(contender, port)
    expected ??= answer
    if (answer !== expected) process.stderr.write(`${contender.name} answers otherwise\n`)
    all.push({ ...contender, child, port, rows: [] })
  }
  for (const varied of [false, true]) {
    for (const running of all) running.rows.length = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const running of all) running.rows.push(await measure(generator, running, varied))
    }
    print(varied ? 'every request another: nothing to share' : 'all requests alike', all)
  }
  rmSync(folder, { recursive: true })
}

try {
  await main()
} finally {
  // The one whose profile is wanted writes it as it ends.
  for (const child of children) child.kill(values.profile ? 'SIGTERM' : 'SIGKILL')
}
