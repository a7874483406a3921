import { ok, type Result, refuse } from '@logicspike/errors'
import { publishEvent, recordAudit } from '@logicspike/events'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { lockCurrentUser } from './current-user.ts'
import { normalizeDisplayName } from './display-name.ts'
import type { User } from './user.entity.ts'

/**
 * Changes what the caller is called.
 * @throws AppError UNAUTHENTICATED
 */
export async function changeDisplayName(
  tx: IdentityContext,
  input: { displayName: string },
): Promise<Result<User, InvalidInputError>> {
  const user = await lockCurrentUser(tx)
  const displayName = normalizeDisplayName(input.displayName)
  if (!displayName) {
    return refuse(invalidInput('Use 1–80 visible characters on one line.', 'displayName'))
  }
  if (displayName === user.displayName) return ok(user)
  user.displayName = displayName
  await publishEvent(tx, {
    type: 'user.profile_changed',
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id },
  })
  await recordAudit(tx, {
    action: 'user.profile_changed',
    workspaceId: null,
    target: { type: 'user', id: user.id },
  })
  return ok(user)
}
