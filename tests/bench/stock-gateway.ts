/**
 * What most teams would run: `@apollo/gateway` with `startStandaloneServer`, nothing added but the
 * headers our subgraphs insist on. A process of its own, for comparison in benchmarks.
 */
import { readFile } from 'node:fs/promises'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { withoutSecurityDirectives } from '@logicspike/gateway/authorization'

type Context = { authorization: string | undefined }

const { SUPERGRAPH_FILE = '', GATEWAY_KEY = '', PORT = '0', SUBGRAPH_URLS = '{}' } = process.env
const urls = JSON.parse(SUBGRAPH_URLS) as Record<string, string>

const gateway = new ApolloGateway({
  supergraphSdl: withoutSecurityDirectives(await readFile(SUPERGRAPH_FILE, 'utf8')),
  buildService: ({ name, url }) =>
    new RemoteGraphQLDataSource<Context>({
      url: urls[name] ?? url ?? '',
      willSendRequest({ request, context }) {
        request.http?.headers.set('x-gateway-key', GATEWAY_KEY)
        if (context.authorization) request.http?.headers.set('authorization', context.authorization)
      },
    }),
})

const server = new ApolloServer<Context>({ gateway })
const { url } = await startStandaloneServer(server, {
  listen: { port: Number(PORT), host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
})
process.send?.({ url })
