/**
 * `npm run bench:events`: from a service's transaction through outbox, sequencer and log to clients
 * of the gateway. On PostgreSQL alone, and with NATS where `nats-server` is installed.
 */
import { cpus } from 'node:os'
import { startNats } from '@logicspike/events/testing'
import { type EventFigures, measureEvents } from './events.ts'

const say = (text: string) => void process.stdout.write(`${text}\n`)
const ms = (value: number) => value.toFixed(1)

function tell(title: string, { throughput, latency, crowd, resume }: EventFigures): void {
  say(`\n## Events, ${title}\n`)
  say('| | |\n| --- | --- |')
  say(`| events/s, written and moved to the log at once | ${throughput.toFixed(0)} |`)
  say(`| publish → WebSocket at 200/s, p50 / p99 ms | ${ms(latency.p50)} / ${ms(latency.p99)} |`)
  say(
    `| ${crowd.listeners} WebSockets of one workspace at 20/s: deliveries | ${crowd.deliveries} of ${crowd.expected} |`,
  )
  say(`| … p50 / p99 ms | ${ms(crowd.p50)} / ${ms(crowd.p99)} |`)
  say(
    `| … gateway, MiB: at first, after 20 s, after 40 s | ${crowd.gatewayMiB.map((it) => it.toFixed(0)).join(', ')} |`,
  )
  say(
    `| resume over ${resume.events} events | ${resume.seconds.toFixed(2)} s (${(resume.events / resume.seconds).toFixed(0)}/s) |`,
  )
}

say(`${cpus().length} cores, Node ${process.version}; clients, services and databases share them.`)
tell('PostgreSQL alone', await measureEvents())
const nats = await startNats().catch(() => null)
if (nats) {
  tell('with NATS', await measureEvents(nats.url))
  await nats.stop()
} else say('\nWith NATS: not measured, for nats-server is not installed.')
