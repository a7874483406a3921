import { advisoryLock } from '@logicspike/database'
import { ok, type Result } from '@logicspike/errors'
import { sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import { OauthClient } from './oauth-client.entity.ts'
import { type NewServiceClient, storeServiceClient } from './register-service-client.ts'

/** A client that the wiring of the process knows, as in standalone mode. */
export type ServiceClientSeed = NewServiceClient & { readonly clientSecret: string }

/** Makes the clients of the wiring exist as it says. Others stay as they are. */
export async function seedServiceClients(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
  seeds: readonly ServiceClientSeed[],
): Promise<Result<null, never>> {
  await advisoryLock(tx.em, 'oauth-clients', 'seed')
  for (const seed of seeds) {
    const known = await tx.em.findOne(OauthClient, { id: seed.service })
    if (!known) {
      storeServiceClient(tx, seed)
      continue
    }
    known.secretHash = sha256(seed.clientSecret)
    known.permissions = [...new Set(seed.permissions)].sort()
    known.disabledAt = null
  }
  return ok(null)
}
