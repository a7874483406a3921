import { resolve } from 'node:path'
import type { TokenVerifier } from '@logicspike/auth'
import { unauthenticated } from '@logicspike/errors'
import { createLogger } from '@logicspike/telemetry'
import { createGateway, type Gateway } from '../create-gateway.ts'
import { certificateFiles } from '../door/tls-certificate.ts'
import { type Observability, openObservability } from '../observability/open-observability.ts'
import { createHttpSubgraphLink } from '../subgraph-links/http-subgraph-link.ts'
import { createSubgraphDirectory } from '../subgraph-links/subgraph-directory.ts'
import { supergraphFile } from '../supergraph-source.ts'
import { type ServeArguments, UsageError } from './arguments.ts'
import type { readServeEnvironment } from './environment.ts'

/** Without an issuer there is no token that could hold; nobody is taken for somebody. */
const noTokens: TokenVerifier = {
  verify: async () => {
    throw unauthenticated('a gateway started alone knows no issuer of tokens')
  },
  verifyForChange: async () => {
    throw unauthenticated('a gateway started alone knows no issuer of tokens')
  },
}

/**
 * A gateway in front of any composed supergraph, alone: fields that carry no access rule are
 * public, those that ask for somebody are refused, and nothing but the subgraphs is called.
 * Resolves once it answers, with its port.
 * @throws UsageError where the file or the port cannot be had
 */
export async function serveSupergraph(
  options: ServeArguments,
  environment: ReturnType<typeof readServeEnvironment>,
): Promise<{ gateway: Gateway; port: number; observability: Observability }> {
  const log = createLogger({ name: 'gateway', level: environment.LOG_LEVEL })
  const production = environment.NODE_ENV === 'production'
  const certificate = options.tls && certificateFiles({ ...options.tls, log })
  await certificate?.read().catch((error: unknown) => {
    throw new UsageError(`The certificate cannot be used: ${(error as Error).message}`)
  })
  const observability = await openObservability(environment).catch((error: unknown) => {
    throw new UsageError(`Metrics cannot be served: ${error}`)
  })
  const gateway = await createGateway({
    ...(certificate && { certificate }),
    supergraph: supergraphFile({ path: resolve(options.supergraph), log }),
    subgraphs: {},
    directory: createSubgraphDirectory(({ name, url }) =>
      createHttpSubgraphLink({ name, url, timeoutMs: options.timeoutMs }),
    ),
    verifier: noTokens,
    epochs: { ready: true },
    keys: { fetchedAt: new Date() },
    gatewayKey: null,
    log,
    production,
    introspection: options.introspection || !production,
    unmarkedRootFields: 'allow',
    // Nothing is known of the lists of a supergraph that says nothing of costs.
    limits: { cost: Number.POSITIVE_INFINITY },
    sharing: options.sharing,
    ...observability.ofGateway,
  }).catch(async (error: unknown) => {
    await observability.close()
    throw new UsageError(whyNotLoaded(options.supergraph, error))
  })
  try {
    const port = await gateway.listen(options.port, options.host)
    return { gateway, port, observability }
  } catch (error) {
    await Promise.all([gateway.stop(), observability.close()])
    throw new UsageError(whyNotListening(options, error))
  }
}

function whyNotLoaded(path: string, error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === 'ENOENT') {
    return `There is no file ${resolve(path)}. Compose one, or give another with --supergraph.`
  }
  if (code === 'EACCES' || code === 'EISDIR') return `${resolve(path)} cannot be read: ${message}`
  return [
    `${resolve(path)} is no supergraph that can be served: ${message}`,
    'It has to be the composed file (with @join__ directives), not the SDL of one subgraph.',
  ].join('\n')
}

function whyNotListening({ host, port }: ServeArguments, error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return code === 'EADDRINUSE'
    ? `Port ${port} is taken by another process. Give another with --port, or 0 for a free one.`
    : `Cannot listen on ${host} port ${port}: ${message}`
}
