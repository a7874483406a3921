/**
 * `npm run bench:revocation -w @logicspike/tests`: how soon a revocation holds everywhere.
 */
import { cpus } from 'node:os'
import { measureRevocation } from './revocation.ts'

const ROUNDS = 50
const say = (text: string) => void process.stdout.write(`${text}\n`)

say(`${cpus().length} cores, Node ${process.version}; clients and services share them.\n`)
say('## Revocation, three gateways and all services as processes\n')
say(
  '| | rounds | p50 ms | p99 ms | max ms | last to refuse |\n| --- | --- | --- | --- | --- | --- |',
)
for (const { name, rounds, p50, p99, max, slowest } of await measureRevocation(ROUNDS)) {
  const figures = [p50, p99, max].map((it) => it.toFixed(0)).join(' | ')
  say(`| ${name} | ${rounds} | ${figures} | ${slowest} |`)
}
