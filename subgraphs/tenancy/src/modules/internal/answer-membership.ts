import { type IdOf, parseId } from '@logicspike/ids'
import type { describeMembership, InputOf, OutputOf } from '@logicspike/internal-api'
import { IsolationLevel } from '@mikro-orm/postgresql'
import { inWorkspace, type TenancyContext } from '../../context.ts'
import { readEpoch } from '../epochs/epoch.repository.ts'
import { findMemberOfUser } from '../members/member.repository.ts'
import { roleOf } from '../members/role-of.ts'
import { listRegisteredPermissions } from '../permissions/permission.repository.ts'
import { standingOf } from '../permissions/standing.ts'
import { listEnabledServices } from '../workspace-services/workspace-service.repository.ts'
import { findWorkspace } from '../workspaces/workspace.repository.ts'

type Question = InputOf<typeof describeMembership>
type Answer = OutputOf<typeof describeMembership>

/**
 * What a token of the user for the workspace may say. Everything is read from one snapshot: an
 * epoch newer than the permissions beside it would let an old permission live on.
 */
export async function answerMembership(ctx: TenancyContext, question: Question): Promise<Answer> {
  const userId = parseId('user', question.userId)
  const workspaceId = parseId('workspace', question.workspaceId)
  if (!userId || !workspaceId) return { status: 'not-member' }
  const inside = inWorkspace(ctx, workspaceId)
  return inside.em.transactional((em) => describe({ ...inside, em }, userId), {
    isolationLevel: IsolationLevel.REPEATABLE_READ,
    readOnly: true,
  })
}

async function describe(ctx: TenancyContext, userId: IdOf<'user'>): Promise<Answer> {
  const workspace = await findWorkspace(ctx)
  const member = workspace && (await findMemberOfUser(ctx, userId))
  // Who is no member does not learn what has become of the workspace either.
  if (!workspace || !member) return { status: 'not-member' }
  if (workspace.status !== 'active') return { status: workspace.status }
  const role = await roleOf(ctx, member)
  const standing = standingOf(role, await listRegisteredPermissions(ctx))
  return {
    status: 'active',
    memberId: member.id,
    permissions: [...standing.permissions].sort(),
    epoch: await readEpoch(ctx, userId),
    services: await listEnabledServices(ctx),
    requiresMfa: workspace.requiresMfa,
  }
}
