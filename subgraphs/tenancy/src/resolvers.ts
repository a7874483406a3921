import { mergeResolvers, type ResolverMap } from '@logicspike/subgraph-server'
import { invitationResolvers } from './modules/invitations/invitation.resolvers.ts'
import { memberResolvers } from './modules/members/member.resolvers.ts'
import { permissionResolvers } from './modules/permissions/permission.resolvers.ts'
import { roleResolvers } from './modules/roles/role.resolvers.ts'
import { settingResolvers } from './modules/settings/setting.resolvers.ts'
import { viewerResolvers } from './modules/viewer/viewer.resolvers.ts'
import { workspaceResolvers } from './modules/workspaces/workspace.resolvers.ts'

/** What tenancy answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers(
  workspaceResolvers,
  memberResolvers,
  roleResolvers,
  permissionResolvers,
  invitationResolvers,
  settingResolvers,
  viewerResolvers,
)
