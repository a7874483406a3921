import type { FastifyInstance } from 'fastify'

/** Everything comes from this origin; styles are written into elements by the editor. */
const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "frame-ancestors 'none'",
].join('; ')

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>LogicSpike · GraphiQL</title>
    <link rel="stylesheet" href="/graphiql/page.css">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="/graphiql/page.js"></script>
  </body>
</html>
`

const START = `
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_, label) => '/graphiql/' + ({ json: 'json', graphql: 'graphql' }[label] || 'editor') + '.worker.js',
}
`
const RENDER = `
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  title: 'LogicSpike',
  endpoint: '/graphql',
  credentials: 'include',
})
`

/**
 * GraphiQL at `/graphiql`, for development. Its parts come from a package (9 MB, read when first
 * asked for), so that it works without a network.
 */
export function graphiqlRoute(http: FastifyInstance): void {
  http.get('/graphiql', async (_, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .send(PAGE),
  )
  http.get<{ Params: { file: string } }>('/graphiql/:file', async (request, reply) => {
    const file = (await pageFiles()).get(request.params.file)
    if (!file) return reply.callNotFound()
    return reply
      .type(file.type)
      .header('cache-control', 'max-age=3600')
      .header('content-security-policy', PAGE_POLICY)
      .send(file.text)
  })
}

async function pageFiles(): Promise<ReadonlyMap<string, { type: string; text: string }>> {
  // Only this entry: the package's other one brings the types of another server with it.
  const parts = await import('@graphql-yoga/render-graphiql/graphiql')
  const script = (text: string) => ({ type: 'text/javascript; charset=utf-8', text })
  return new Map([
    ['page.js', script(`${START};${parts.js};${RENDER}`)],
    ['page.css', { type: 'text/css; charset=utf-8', text: parts.css }],
    ['editor.worker.js', script(parts.editorWorkerService)],
    ['json.worker.js', script(parts.jsonWorker)],
    ['graphql.worker.js', script(parts.graphqlWorker)],
  ])
}
