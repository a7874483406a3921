import type { Logger } from '@logicspike/telemetry'
import type { FastifyInstance } from 'fastify'
import { type Connections, useConnections } from '../plugins/use-connections.ts'
import { useHttp2 } from '../plugins/use-http2.ts'
import { useSlowClientLimits } from '../plugins/use-slow-client-limits.ts'
import { createHttp } from './create-http.ts'
import { defaultHttpLimits, type HttpLimits } from './http-limits.ts'
import { type CertificateSource, followCertificate } from './tls-certificate.ts'

export type DoorOptions = {
  readonly log: Logger
  readonly trustedProxies?: readonly string[]
  readonly httpLimits?: Partial<HttpLimits>
  readonly certificate?: CertificateSource
}

export type Door = {
  readonly http: FastifyInstance
  readonly connections: Connections
  /** Whether it speaks TLS. */
  readonly isSecure: boolean
}

/**
 * The server and what concerns its connections, before it knows any route.
 * @param isDraining whether clients are to send their next requests elsewhere
 * @throws Error where there is no certificate to be had from its source
 */
export async function createDoor(
  { log, trustedProxies = [], httpLimits, certificate: source }: DoorOptions,
  { maxBodyBytes, isDraining }: { maxBodyBytes: number; isDraining: () => boolean },
): Promise<Door> {
  const limits = { ...defaultHttpLimits, ...httpLimits }
  const certificate = await source?.read()
  const isSecure = certificate !== undefined
  const http = createHttp({ log, trustedProxies, maxBodyBytes, limits, certificate })
  const connections = useConnections(http, { isSecure, isDraining })
  useSlowClientLimits(http, connections, limits)
  if (isSecure) useHttp2(http)
  const unfollow = source && followCertificate(http.server, source)
  http.addHook('onClose', async () => unfollow?.())
  return { http, connections, isSecure }
}
