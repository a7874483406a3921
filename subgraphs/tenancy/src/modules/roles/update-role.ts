import { notFound, ok, type Result, refuse } from '@logicspike/errors'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import type { TenancyContext } from '../../context.ts'
import { nameKeyOf, parseName } from '../../names.ts'
import { bumpHolders } from '../epochs/bump-epochs.ts'
import { type RoleOutOfReachError, roleOutOfReach } from '../members/member.errors.ts'
import { mayManageRole } from '../members/member-rules.ts'
import { listRegisteredPermissions } from '../permissions/permission.repository.ts'
import { standingOf } from '../permissions/standing.ts'
import { type Entered, enterWorkspace } from '../workspaces/enter-workspace.ts'
import { announceRole, ROLE_NAME_MAX } from './create-role.ts'
import type { Role } from './role.entity.ts'
import {
  type PermissionsNotHeldError,
  type RoleNameTakenError,
  roleNameTaken,
  type TemplateRoleError,
  templateRole,
} from './role.errors.ts'
import { findRole, isRoleNameTaken } from './role.repository.ts'
import { parseRolePermissions } from './role-permissions.ts'

type Patch = {
  readonly name?: string | null | undefined
  readonly permissions?: readonly string[] | null | undefined
}
type Input = { readonly id: string; readonly patch: Patch }
type Reach = RoleOutOfReachError | TemplateRoleError
type Failure = InvalidInputError | RoleNameTakenError | PermissionsNotHeldError | Reach

/**
 * Changes a custom role. When it permits something else than before, the tokens of everybody who
 * holds it end. @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND
 */
export async function updateRole(
  tx: TenancyContext,
  { id, patch }: Input,
): Promise<Result<Role, Failure>> {
  const entered = await enterWorkspace(tx, 'tenancy:roles.manage')
  const reached = await reachRole(tx, entered, id)
  if (!reached.ok) return reached
  const role = reached.value
  const change = await parsePatch(tx, entered, role, patch)
  if (!change.ok) return change

  const { name, permissions } = change.value
  const isRenamed = name !== role.name
  const isChanged = permissions.join() !== role.permissions.join()
  if (!isRenamed && !isChanged) return ok(role)
  role.name = name
  role.nameKey = nameKeyOf(name)
  role.permissions = permissions
  role.updatedAt = tx.clock.now()
  if (isChanged) await bumpHolders(tx, role.id)
  await announceRole(tx, 'role.changed', role)
  return ok(role)
}

/**
 * A custom role that the caller may change or delete.
 * @throws AppError NOT_FOUND
 */
export async function reachRole(
  tx: TenancyContext,
  { acting }: Entered,
  id: string,
): Promise<Result<Role, Reach>> {
  const role = await findRole(tx, id)
  if (!role) throw notFound('role')
  if (role.template) return refuse(templateRole())
  const standing = standingOf(role, await listRegisteredPermissions(tx))
  return mayManageRole(acting, standing) ? ok(role) : refuse(roleOutOfReach('id'))
}

async function parsePatch(
  tx: TenancyContext,
  { acting }: Entered,
  role: Role,
  patch: Patch,
): Promise<
  Result<
    { name: string; permissions: string[] },
    InvalidInputError | RoleNameTakenError | PermissionsNotHeldError
  >
> {
  const named = parseName(patch.name ?? role.name, { max: ROLE_NAME_MAX }, 'patch', 'name')
  const permitted = parseRolePermissions(
    patch.permissions ?? role.permissions,
    acting.standing,
    await listRegisteredPermissions(tx),
    ...['patch', 'permissions'],
  )
  if (!named.ok || !permitted.ok) {
    return refuse(...(named.ok ? [] : [named.error]), ...(permitted.ok ? [] : permitted.errors))
  }
  if (await isRoleNameTaken(tx, nameKeyOf(named.name), role.id)) {
    return refuse(roleNameTaken('patch', 'name'))
  }
  return ok({ name: named.name, permissions: permitted.value })
}
