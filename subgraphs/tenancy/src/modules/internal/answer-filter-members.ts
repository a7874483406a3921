import { type IdOf, parseId } from '@logicspike/ids'
import type { filterMembers, InputOf, OutputOf } from '@logicspike/internal-api'
import { inWorkspace, type TenancyContext } from '../../context.ts'
import { listMembersAmong } from '../members/member.repository.ts'

/** Which of the users are members of the workspace; whom identity may then show to one another. */
export async function answerFilterMembers(
  ctx: TenancyContext,
  question: InputOf<typeof filterMembers>,
): Promise<OutputOf<typeof filterMembers>> {
  const workspaceId = parseId('workspace', question.workspaceId)
  if (!workspaceId) return []
  const userIds = question.userIds
    .map((text) => parseId('user', text))
    .filter((userId): userId is IdOf<'user'> => userId !== null)
  const members = await listMembersAmong(inWorkspace(ctx, workspaceId), userIds)
  return members.map(({ userId }) => userId)
}
