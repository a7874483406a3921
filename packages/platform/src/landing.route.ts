import type { FastifyInstance } from 'fastify'

/** Development only: `/` says where things are, until the console is served there. */
export function serveLanding(http: FastifyInstance, options: { google: boolean }): void {
  const links = [
    ['/graphiql', 'GraphiQL: ask the platform anything'],
    ['/dev/mail', 'Mailbox: what the platform has sent'],
    ...(options.google ? [['/auth/google/start', 'Sign in with the stand-in for Google']] : []),
    ['/readyz', 'Health'],
  ]
  const items = links.map(([path, text]) => `<li><a href="${path}">${text}</a></li>`).join('')
  http.get('/', async (_, reply) =>
    reply
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .type('text/html; charset=utf-8')
      .send(`<!doctype html><html lang="en"><meta charset="utf-8"><title>LogicSpike</title>
<meta name="viewport" content="width=device-width">
<style>body { font: 16px/1.7 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>LogicSpike Core Platform</h1><p>A platform for development, in one process.</p><ul>${items}</ul></html>`),
  )
}
