import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts'
import { openIdleConnections } from './idle-connections.ts'
import { startSoakSubgraphs } from './soak-subgraphs.ts'

/** What idle connections cost: memory each, and time of the requests of others. */
const { values } = parseArgs({ options: { connections: { type: 'string', default: '10000' } } })
const CONNECTIONS = Number(values.connections)
const REQUESTS = 2_000
/** Files of a process beside its connections. */
const OTHER_FILES = 500

/** Node raises its own limit of files to the hard one at its start. */
function checkOpenFiles(): void {
  const most = execFileSync('sh', ['-c', 'ulimit -Hn']).toString().trim()
  if (most === 'unlimited' || Number(most) >= CONNECTIONS + OTHER_FILES) return
  process.stderr.write(
    `A process may have ${most} files open here; ${CONNECTIONS} connections need ${CONNECTIONS + OTHER_FILES}.\n` +
      'Raise the hard limit (ulimit -Hn, as root), or ask for fewer with --connections.\n',
  )
  process.exit(1)
}

/** Milliseconds that half of the requests take at most, one after the other. */
async function halfOfRequests({ port }: GatewayProcess): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < REQUESTS; count += 1) {
    const began = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ users { name posts } }"}',
    })
    const body = await response.text()
    times.push(performance.now() - began)
    if (!body.startsWith('{"data"')) throw new Error(body)
  }
  return times.sort((one, other) => one - other)[REQUESTS / 2] ?? Number.NaN
}

checkOpenFiles()
const folder = mkdtempSync(join(tmpdir(), 'gateway-idle-'))
const subgraphs = await startSoakSubgraphs()
const file = join(folder, 'supergraph.graphql')
writeFileSync(file, subgraphs.supergraph)
const gateway = await startGatewayProcess(file)
try {
  await halfOfRequests(gateway)
  const alone = await halfOfRequests(gateway)
  const before = await gateway.memory()
  const idle = await openIdleConnections(gateway.port, CONNECTIONS)
  const after = await gateway.memory()
  const beside = await halfOfRequests(gateway)
  const kilobytes = (bytes: number) => (bytes / 1024 / CONNECTIONS).toFixed(1)
  process.stdout.write(
    `${idle.count()} of ${CONNECTIONS} idle connections are open.\n` +
      `p50 of a request: ${alone.toFixed(2)} ms without them, ${beside.toFixed(2)} ms with them (x ${(beside / alone).toFixed(2)})\n` +
      `Each takes ${kilobytes(after.heapUsed - before.heapUsed)} KB of heap, ${kilobytes(after.rss - before.rss)} KB of memory in all.\n`,
  )
  if (idle.count() < CONNECTIONS) process.exitCode = 1
  idle.close()
} finally {
  await gateway.stop()
  await subgraphs.close()
  rmSync(folder, { recursive: true })
}
