import { DEMO_EMAIL } from './demo-workspace.ts'
import type { Standalone } from './start-standalone.ts'

/** What somebody who has just started the platform wants to know. */
export function banner(
  { url, secrets, googleUrl, metricsPort }: Standalone,
  seconds: number,
): string {
  const rows: [string, string][] = [
    ['GraphQL', `${url}/graphql`],
    ['GraphiQL', `${url}/graphiql`],
    ['Mailbox', `${url}/dev/mail`],
    ['Sign in', `${DEMO_EMAIL}  ${secrets.demoPassword}`],
    ...(googleUrl
      ? [['Google', `${url}/auth/google/start (local stand-in)`] as [string, string]]
      : []),
    ['Health', `${url}/readyz`],
    ...(metricsPort === null
      ? []
      : [['Metrics', `http://localhost:${metricsPort}/metrics`] as [string, string]]),
  ]
  const lines = rows.map(([name, value]) => `  ${name.padEnd(9)}${value}`)
  return [
    '',
    `LogicSpike Core Platform is ready after ${seconds.toFixed(1)} s.`,
    '',
    ...lines,
    '',
    'Ctrl-C stops it; its data stays in .data (delete the folder to start afresh).',
  ].join('\n')
}
