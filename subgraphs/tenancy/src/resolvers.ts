import { invitationResolvers } from './modules/invitations/invitation.resolvers.ts'
import { memberResolvers } from './modules/members/member.resolvers.ts'
import { permissionResolvers } from './modules/permissions/permission.resolvers.ts'
import { roleResolvers } from './modules/roles/role.resolvers.ts'
import { settingResolvers } from './modules/settings/setting.resolvers.ts'
import { viewerResolvers } from './modules/viewer/viewer.resolvers.ts'
import { workspaceResolvers } from './modules/workspaces/workspace.resolvers.ts'

type ResolverMap = Readonly<Record<string, object>>

/** Joins the maps of the modules; two modules may add to one type, not to one field. */
function mergeResolvers(...maps: readonly ResolverMap[]): ResolverMap {
  const merged: Record<string, object> = {}
  for (const [type, fields] of maps.flatMap((map) => Object.entries(map))) {
    const known = merged[type] ?? {}
    const twice = Object.keys(fields).find((field) => field in known)
    if (twice) throw new TypeError(`${type}.${twice} has two resolvers.`)
    merged[type] = { ...known, ...fields }
  }
  return merged
}

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
