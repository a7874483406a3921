import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import { describeReaders } from '@logicspike/internal-api'
import type { CommunicationContext } from '../../context.ts'
import { inPlace } from '../../place.ts'
import { effectivePreference } from '../preferences/decide-delivery.ts'
import {
  readWorkspaceWords,
  subjectKey,
  writeOwnWord,
} from '../preferences/preference.repository.ts'
import type { Unsubscribe } from './unsubscribe.route.ts'

/** Switches mails of a category off for whoever the link names, in the place that it names. */
export const unsubscribe: Unsubscribe = async (ctx, { userId, workspaceId, ...subject }) => {
  const at = inPlace(ctx, { workspaceId, userId })
  const result = await inTransaction(at, async (tx) => {
    const workspace = (await readWorkspaceWords(tx)).get(subjectKey(subject)) ?? null
    const { enabled, locked } = effectivePreference({ own: null, workspace }, subject)
    if (locked) return ok(enabled ? ('mandatory' as const) : ('done' as const))
    await writeOwnWord(tx, userId, subject, false)
    return ok('done' as const)
  })
  return result.ok ? result.value : 'mandatory'
}

/** What tenancy calls a workspace; null where it is not there any more. */
export async function workspaceNameOf(
  ctx: CommunicationContext,
  workspaceId: IdOf<'workspace'>,
): Promise<string | null> {
  const question = { workspaceId, among: { userIds: [] } }
  const answer = await ctx.internal.call(describeReaders, question, { requestId: ctx.requestId })
  return answer?.workspace.name ?? null
}
