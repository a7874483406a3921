import { isPlatformService, isServiceName, type PlatformPermission } from '@logicspike/auth'
import { forbidden } from '@logicspike/errors'
import { requireActor } from '@logicspike/subgraph-kit'
import type { DeveloperContext } from '../../context.ts'

/**
 * The service that asks, in its own name: its client id is the name under which it has event types.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export function requireService(
  ctx: Pick<DeveloperContext, 'actor'>,
  permission: PlatformPermission,
): string {
  const { kind, permissions, clientId } = requireActor(ctx)
  if (kind !== 'service') throw forbidden('events are published by services')
  if (!permissions.has(permission)) throw forbidden(`the token lacks ${permission}`)
  if (!isServiceName(clientId)) throw forbidden(`${clientId} is no name of a service`)
  if (isPlatformService(clientId)) throw forbidden(`${clientId} is the platform’s own`)
  return clientId
}
