import { ok, type Result, refuse } from '@logicspike/errors'
import { parseId } from '@logicspike/ids'
import { requireUser } from '@logicspike/subgraph-kit'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { CommunicationContext } from '../../context.ts'
import { markRead } from './inbox.repository.ts'

const MOST_IDS = 100

/**
 * Marks notifications of the caller's inbox as read. Ids of anything else change nothing, and
 * nobody learns whether they exist.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (a service has no inbox)
 */
export async function markNotificationsRead(
  tx: CommunicationContext,
  input: { readonly ids: readonly string[] },
): Promise<Result<null, InvalidInputError>> {
  const { userId } = requireUser(tx)
  if (input.ids.length > MOST_IDS) {
    return refuse(invalidInput(`At most ${MOST_IDS} at a time.`, 'ids'))
  }
  const ids = input.ids.map((id) => parseId('notification', id)).filter((id) => id !== null)
  await markRead(tx, userId, { ids })
  return ok(null)
}
