import { notFound, ok, type Result } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import type { Id } from '@logicspike/ids'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { lockCurrentUser } from '../users/current-user.ts'
import { Passkey } from './passkey.entity.ts'
import { readPasskeyName } from './passkey-name.ts'

/**
 * Gives a passkey of the caller's another name. It changes nothing that protects the account, so it
 * takes no recent proof.
 * @throws AppError UNAUTHENTICATED, NOT_FOUND
 */
export async function renamePasskey(
  tx: IdentityContext,
  input: { passkeyId: string; name: string },
): Promise<Result<Passkey, InvalidInputError>> {
  const name = readPasskeyName(input.name)
  if (!name.ok) return name
  const user = await lockCurrentUser(tx)
  const id = input.passkeyId as Id<'pky'>
  const passkey = await tx.em.findOne(Passkey, { id, userId: user.id })
  if (!passkey) throw notFound('passkey')
  passkey.name = name.value
  await recordAudit(tx, {
    action: 'passkey.renamed',
    workspaceId: null,
    target: { type: 'passkey', id },
    details: { userId: user.id },
  })
  return ok(passkey)
}
