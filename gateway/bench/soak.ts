import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import WebSocket from 'ws'
import { type GatewayProcess, type Memory, startGatewayProcess } from './gateway-process.ts'
import { startSoakSubgraphs } from './soak-subgraphs.ts'

/**
 * Whether a gateway's memory stays flat under whatever comes: known operations and ever-new ones,
 * errors, clients that go, streams that open and close. Fails where the heap, after a collection,
 * still grows in the second half of the time.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    clients: { type: 'string', default: '16' },
  },
})
const SECONDS = Number(values.seconds)
const SAMPLE_MS = 5_000
const MB = 1024 * 1024
/** More operations than the gateway remembers, sent first: what it remembers does not grow from then on. */
const FILL = 25_000
const CLIENTS = Number(values.clients)
/** By the trend over the second half; what garbage collection leaves behind varies by about one. */
const MOST_GROWTH = 4 * MB

const KNOWN = [
  '{ users { id name } }',
  '{ users { id name posts } }',
  'query ($id: ID!) { user(id: $id) { name posts } }',
  '{ __typename }',
]

type Outcome = 'answered' | 'left' | 'streamed' | 'failed'
type Deed = (port: number) => Promise<Outcome>

let lastNumber = 0
const nextNumber = (): number => {
  lastNumber += 1
  return lastNumber
}

const post = (port: number, query: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    body: JSON.stringify({ query, variables: { id: String(nextNumber()) } }),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  })

async function answered(port: number, query: string, isRight: (body: Body) => boolean) {
  const body = (await (await post(port, query)).json()) as Body
  return isRight(body) ? 'answered' : 'failed'
}

type Body = { data?: object | null; errors?: object[] }
const hasData = ({ data, errors }: Body): boolean => Boolean(data) && !errors
const hasErrors = ({ errors }: Body): boolean => Boolean(errors)

const askNew: Deed = (port) => answered(port, `{ users { id a${nextNumber()}: name } }`, hasData)

const leave: Deed = async (port) => {
  const gone = new AbortController()
  const asking = post(port, '{ slow }', { signal: gone.signal })
  await pause(5)
  gone.abort()
  return asking.then(
    () => 'failed',
    () => 'left',
  )
}

const listenByEvents: Deed = async (port) => {
  const gone = new AbortController()
  const response = await post(port, 'subscription { ticks { number user { posts } } }', {
    headers: { accept: 'text/event-stream' },
    signal: gone.signal,
  })
  let parts = 0
  for await (const _ of response.body ?? []) if (++parts === 3) break
  gone.abort()
  return parts === 3 ? 'streamed' : 'failed'
}

const listenBySocket: Deed = (port) =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws')
    let messages = 0
    socket.on('open', () => socket.send('{"type":"connection_init"}'))
    socket.on('message', () => {
      messages += 1
      const payload = { query: 'subscription { ticks { number user { name } } }' }
      if (messages === 1) socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }))
      if (messages === 4) socket.close()
    })
    socket.on('error', () => resolve('failed'))
    socket.on('close', () => resolve(messages >= 4 ? 'streamed' : 'failed'))
  })

/** What clients do, with how often, of a hundred. */
const DEEDS: readonly (readonly [number, Deed])[] = [
  [50, (port) => answered(port, KNOWN[nextNumber() % KNOWN.length] ?? '', hasData)],
  [20, askNew],
  [5, (port) => answered(port, `{ nothing${nextNumber()} }`, hasErrors)],
  [5, (port) => answered(port, '{ failing }', hasErrors)],
  [5, (port) => answered(port, `{ unfinished${nextNumber()} `, hasErrors)],
  [7, leave],
  [5, listenByEvents],
  [3, listenBySocket],
]

function chosen(): Deed {
  let left = Math.random() * 100
  const found = DEEDS.find(([share]) => {
    left -= share
    return left < 0
  })
  return found?.[1] ?? leave
}

type Sample = Memory & { readonly seconds: number }

/** By least squares. Bytes in a second. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
  const x = mean(samples.map(({ seconds }) => seconds))
  const y = mean(samples.map(({ heapUsed }) => heapUsed))
  const shared = samples.reduce((sum, it) => sum + (it.seconds - x) * (it.heapUsed - y), 0)
  return shared / samples.reduce((sum, it) => sum + (it.seconds - x) ** 2, 0)
}

const megabytes = (bytes: number): string => (bytes / MB).toFixed(1)

async function fill({ port }: GatewayProcess): Promise<void> {
  const client = async () => {
    while (lastNumber < FILL) await askNew(port)
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

async function soak(gateway: GatewayProcess, forget: () => void): Promise<boolean> {
  const counts: Record<Outcome, number> = { answered: 0, left: 0, streamed: 0, failed: 0 }
  const samples: Sample[] = []
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000

  async function client(): Promise<void> {
    while (seconds() < SECONDS) {
      const outcome = await chosen()(gateway.port).catch(() => 'failed' as const)
      counts[outcome] += 1
    }
  }

  const clients = Array.from({ length: CLIENTS }, client)
  process.stdout.write('seconds | heap MB |  rss MB | answered |  left | streamed | failed\n')
  while (seconds() < SECONDS) {
    await pause(SAMPLE_MS)
    forget()
    const sample = { seconds: seconds(), ...(await gateway.memory()) }
    samples.push(sample)
    const cells = [
      sample.seconds.toFixed(0).padStart(7),
      megabytes(sample.heapUsed).padStart(7),
      megabytes(sample.rss).padStart(7),
      String(counts.answered).padStart(8),
      String(counts.left).padStart(5),
      String(counts.streamed).padStart(8),
      String(counts.failed).padStart(6),
    ]
    process.stdout.write(`${cells.join(' | ')}\n`)
  }
  await Promise.all(clients)
  const growth = (slopeOf(samples.slice(samples.length / 2)) * SECONDS) / 2
  process.stdout.write(`The heap's trend over the second half: ${megabytes(growth)} MB\n`)
  return growth < MOST_GROWTH && counts.failed === 0
}

const folder = mkdtempSync(join(tmpdir(), 'gateway-soak-'))
const subgraphs = await startSoakSubgraphs()
const file = join(folder, 'supergraph.graphql')
writeFileSync(file, subgraphs.supergraph)
const gateway = await startGatewayProcess(file)
try {
  await fill(gateway)
  if (!(await soak(gateway, subgraphs.forget))) process.exitCode = 1
} finally {
  await gateway.stop()
  await subgraphs.close()
  rmSync(folder, { recursive: true })
}
