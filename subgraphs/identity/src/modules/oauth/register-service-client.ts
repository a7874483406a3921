import { isPermission, isServiceName } from '@logicspike/auth'
import { ok, type Result, refuse } from '@logicspike/errors'
import { type AuditContext, recordAudit } from '@logicspike/events'
import { sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import { isOwnClient } from '../sessions/session-rules.ts'
import { OauthClient } from './oauth-client.entity.ts'

export type NewServiceClient = {
  /** Name of the service; becomes its `client_id`. */
  readonly service: string
  /** All that it may ever ask for. */
  readonly permissions: readonly string[]
}

/** Why a client is not registered, in a sentence for the operator. */
export type RegistrationRefusal = { readonly message: string }

/**
 * Registers a service as a confidential client. Its secret is told once, here; only a hash is kept.
 */
export async function registerServiceClient(
  tx: AuditContext & Pick<IdentityContext, 'em' | 'random'>,
  { service, permissions }: NewServiceClient,
): Promise<Result<{ clientId: string; clientSecret: string }, RegistrationRefusal>> {
  const stranger = permissions.find((text) => !isPermission(text))
  if (stranger !== undefined) return refuse({ message: `"${stranger}" is no permission.` })
  if (!isServiceName(service) || isOwnClient(service)) {
    return refuse({ message: `"${service}" is no name for a service.` })
  }
  if (await tx.em.findOne(OauthClient, { id: service })) {
    return refuse({ message: `"${service}" is registered already.` })
  }
  const clientSecret = tx.random()
  storeServiceClient(tx, { service, permissions, clientSecret })
  await recordAudit(tx, {
    action: 'oauth_client.registered',
    workspaceId: null,
    target: { type: 'oauth-client', id: service },
    details: { permissions: [...permissions] },
  })
  return ok({ clientId: service, clientSecret })
}

/** Writes a client whose secret is known already. */
export function storeServiceClient(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
  client: NewServiceClient & { readonly clientSecret: string },
): void {
  tx.em.create(OauthClient, {
    id: client.service,
    secretHash: sha256(client.clientSecret),
    permissions: [...new Set(client.permissions)].sort(),
    createdAt: tx.clock.now(),
    disabledAt: null,
  })
}
