import { createGatewayKeyring, type GatewayKeyring } from '@logicspike/auth'
import {
  createInternalClient,
  type InternalClient,
  type InternalServer,
  inProcessTransport,
} from '@logicspike/internal-api'
import { sha256 } from '@logicspike/secrets'

/** Every subgraph of the platform. */
export const subgraphNames = [
  'identity',
  'tenancy',
  'billing',
  'developer',
  'communication',
] as const
export type SubgraphName = (typeof subgraphNames)[number]

/** Every service that calls another; each has a gateway key of its own. */
export const callers = ['gateway', ...subgraphNames] as const
export type Caller = (typeof callers)[number]

/** What a receiver needs to recognise the keys of all callers. */
export function keyringOf(keys: Readonly<Record<string, string>>): GatewayKeyring {
  return createGatewayKeyring(
    Object.entries(keys).map(([caller, key]) => ({ caller, sha256: sha256(key) })),
  )
}

/** Ways from each service to the others inside one process; services register once they exist. */
export type InternalWiring = {
  clientOf(caller: Caller): InternalClient
  register(service: string, server: InternalServer): void
}

/**
 * Services need one another and are made one after the other, so a client looks its server up when
 * it asks, not when it is made.
 */
export function createInternalWiring(keys: Readonly<Record<string, string>>): InternalWiring {
  const servers = new Map<string, InternalServer>()
  const serverOf = (service: string) => (): InternalServer => {
    const server = servers.get(service)
    if (!server) throw new Error(`${service} is not part of this process`)
    return server
  }
  return {
    register: (service, server) => void servers.set(service, server),
    clientOf(caller) {
      const key = keys[caller] ?? ''
      const transports = subgraphNames.map(
        (service) => [service, inProcessTransport(serverOf(service), key)] as const,
      )
      return createInternalClient(Object.fromEntries(transports))
    },
  }
}
