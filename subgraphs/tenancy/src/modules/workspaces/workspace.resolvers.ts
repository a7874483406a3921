import type { PlatformPermission } from '@logicspike/auth'
import { notFound } from '@logicspike/errors'
import { parseId } from '@logicspike/ids'
import { hasPermission, requirePermission, requireUser } from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type {
  MutationResolvers,
  QueryResolvers,
  WorkspaceResolvers,
} from '../../__generated__/resolvers.ts'
import { inWorkspace, type TenancyContext } from '../../context.ts'
import { mutate } from '../../mutate.ts'
import { actingMember, reading } from '../../reads.ts'
import { may, mayTransferOwnership } from '../members/member-rules.ts'
import { changeWorkspaceSlug } from './change-workspace-slug.ts'
import { createWorkspace } from './create-workspace.ts'
import { deleteWorkspace } from './delete-workspace.ts'
import { renameWorkspace } from './rename-workspace.ts'
import { restoreWorkspace } from './restore-workspace.ts'
import { resumeWorkspace } from './resume-workspace.ts'
import { setWorkspaceSecurityPolicy } from './set-workspace-security-policy.ts'
import { suspendWorkspace } from './suspend-workspace.ts'
import type { Workspace } from './workspace.entity.ts'
import { findWorkspace } from './workspace.repository.ts'
import { statusName } from './workspace-states.ts'

const Query: Pick<QueryResolvers, 'workspace'> = {
  workspace: (_, __, ctx) => {
    requirePermission(ctx, 'tenancy:workspace.read')
    return reading(ctx, findWorkspace)
  },
}

const Mutation: Pick<
  MutationResolvers,
  | ('createWorkspace' | 'renameWorkspace' | 'changeWorkspaceSlug' | 'setWorkspaceSecurityPolicy')
  | ('suspendWorkspace' | 'resumeWorkspace' | 'deleteWorkspace' | 'restoreWorkspace')
> = {
  createWorkspace: async (_, { input }, ctx) => {
    const created = inWorkspace(ctx, ctx.ids('workspace'))
    const result = await mutate(created, (tx) => createWorkspace(tx, input))
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
  renameWorkspace: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => renameWorkspace(tx, input))
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
  changeWorkspaceSlug: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => changeWorkspaceSlug(tx, input))
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
  setWorkspaceSecurityPolicy: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => setWorkspaceSecurityPolicy(tx, input))
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
  suspendWorkspace: async (_, __, ctx) => {
    const result = await mutate(ctx, suspendWorkspace)
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
  resumeWorkspace: async (_, { input }, ctx) => {
    const result = await mutate(enteredFromOutside(ctx, input), resumeWorkspace)
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
  deleteWorkspace: async (_, __, ctx) => {
    const result = await mutate(ctx, deleteWorkspace)
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
  restoreWorkspace: async (_, { input }, ctx) => {
    const result = await mutate(enteredFromOutside(ctx, input), restoreWorkspace)
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
}

/** The closed workspace that a person comes back to; their membership is looked at inside. */
function enteredFromOutside(
  ctx: TenancyContext,
  input: { readonly workspaceId: string },
): TenancyContext {
  requireUser(ctx)
  const workspaceId = parseId('workspace', input.workspaceId)
  if (!workspaceId) throw notFound('workspace')
  return inWorkspace(ctx, workspaceId)
}

/** What the viewer may do in the token's workspace; of any other the token says nothing. */
const viewerMay =
  (permission: PlatformPermission) =>
  async ({ id }: Workspace, _: object, ctx: TenancyContext): Promise<boolean> =>
    id === ctx.workspaceId && may(await actingMember(ctx), permission)

const WorkspaceType: WorkspaceResolvers = {
  __resolveReference: ({ id }, ctx) =>
    id === ctx.workspaceId && hasPermission(ctx, 'tenancy:workspace.read')
      ? ctx.loaders.workspace.load(ctx.workspaceId)
      : null,
  status: ({ status }) => statusName(status),
  viewerCanInvite: viewerMay('tenancy:members.invite'),
  viewerCanManageRoles: viewerMay('tenancy:roles.manage'),
  viewerCanUpdateSettings: viewerMay('tenancy:settings.update'),
  viewerCanRename: viewerMay('tenancy:workspace.update'),
  viewerCanSuspend: viewerMay('tenancy:workspace.suspend'),
  viewerCanDelete: viewerMay('tenancy:workspace.delete'),
  viewerCanSetSecurityPolicy: viewerMay('tenancy:workspace.secure'),
  viewerCanTransferOwnership: async ({ id }, _, ctx) =>
    id === ctx.workspaceId && mayTransferOwnership(await actingMember(ctx)),
}

export const workspaceResolvers = { Query, Mutation, Workspace: WorkspaceType }
