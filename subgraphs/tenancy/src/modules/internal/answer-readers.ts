import { type IdOf, parseId } from '@logicspike/ids'
import type { describeReaders, InputOf, OutputOf } from '@logicspike/internal-api'
import { inWorkspace, type TenancyContext } from '../../context.ts'
import type { Member } from '../members/member.entity.ts'
import { listHolders, listMembersAmong } from '../members/member.repository.ts'
import { listRegisteredPermissions } from '../permissions/permission.repository.ts'
import { standingOf } from '../permissions/standing.ts'
import { listRoles } from '../roles/role.repository.ts'
import { effectiveSettings } from '../settings/effective-settings.ts'
import { readMemberWords, readWorkspaceWords } from '../settings/setting.repository.ts'
import { findWorkspace } from '../workspaces/workspace.repository.ts'

type Question = InputOf<typeof describeReaders>
type Answer = OutputOf<typeof describeReaders>

/** More are not told of one thing. */
const MOST_READERS = 1_000

/** Who is to be told of something in a workspace, and how it is to be said. */
export async function answerReaders(ctx: TenancyContext, question: Question): Promise<Answer> {
  const workspaceId = parseId('workspace', question.workspaceId)
  if (!workspaceId) return null
  const inside = inWorkspace(ctx, workspaceId)
  return inside.em.transactional((em) => describe({ ...inside, em }, question.among), {
    readOnly: true,
  })
}

async function describe(ctx: TenancyContext, among: Question['among']): Promise<Answer> {
  const workspace = await findWorkspace(ctx)
  if (!workspace) return null
  const members =
    'holds' in among
      ? await membersHolding(ctx, among.holds)
      : await listMembersAmong(ctx, userIdsOf(among.userIds))
  const words = await readWorkspaceWords(ctx)
  const membersWords = await readMemberWords(
    ctx,
    members.map(({ id }) => id),
  )
  const own = new Map(members.map(({ userId }, at) => [userId, membersWords[at]]))
  const userIds = 'holds' in among ? [...own.keys()] : userIdsOf(among.userIds)
  const said = effectiveSettings(words)
  return {
    workspace: {
      name: workspace.name,
      ...placeOf(said),
      branding: {
        name: said.brandName.value,
        logoUrl: said.logoUrl.value,
        primaryColor: said.primaryColor.value,
        accentColor: said.accentColor.value,
      },
    },
    // Who is no member (any more) is told in the workspace's language.
    readers: userIds.map((userId) => {
      const held = effectiveSettings(words, own.get(userId))
      const hasSaid = held.locale.source !== 'DEFAULT'
      return { userId, ...placeOf(held), ...(!hasSaid && { locale: null }) }
    }),
  }
}

const placeOf = ({ locale, timezone }: ReturnType<typeof effectiveSettings>) => ({
  locale: locale.value ?? 'en',
  timezone: timezone.value ?? 'UTC',
})

async function membersHolding(ctx: TenancyContext, permission: string): Promise<Member[]> {
  const registered = await listRegisteredPermissions(ctx)
  const roles = (await listRoles(ctx)).filter((role) =>
    standingOf(role, registered).permissions.has(permission),
  )
  return listHolders(
    ctx,
    roles.map(({ id }) => id),
    MOST_READERS,
  )
}

const userIdsOf = (texts: readonly string[]): IdOf<'user'>[] => [
  ...new Set(texts.map((text) => parseId('user', text)).filter((userId) => userId !== null)),
]
