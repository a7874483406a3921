import { ok, type Result, refuse } from '@logicspike/errors'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { nameKeyOf, parseName } from '../../names.ts'
import { listRegisteredPermissions } from '../permissions/permission.repository.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import { Role } from './role.entity.ts'
import {
  type PermissionsNotHeldError,
  type RoleLimitReachedError,
  type RoleNameTakenError,
  roleLimitReached,
  roleNameTaken,
} from './role.errors.ts'
import { countCustomRoles, isRoleNameTaken } from './role.repository.ts'
import { parseRolePermissions } from './role-permissions.ts'

export const ROLE_NAME_MAX = 60

type Input = { readonly name: string; readonly permissions: readonly string[] }
type Failure =
  | InvalidInputError
  | RoleNameTakenError
  | PermissionsNotHeldError
  | RoleLimitReachedError

/** Creates a custom role, no wider than its author. @throws AppError UNAUTHENTICATED, FORBIDDEN */
export async function createRole(tx: TenancyContext, input: Input): Promise<Result<Role, Failure>> {
  const { acting } = await enterWorkspace(tx, 'tenancy:roles.manage')
  const registered = await listRegisteredPermissions(tx)
  const named = parseName(input.name, { max: ROLE_NAME_MAX }, 'name')
  const permitted = parseRolePermissions(
    input.permissions,
    acting.standing,
    registered,
    'permissions',
  )
  if (!named.ok || !permitted.ok) {
    return refuse(...(named.ok ? [] : [named.error]), ...(permitted.ok ? [] : permitted.errors))
  }
  const nameKey = nameKeyOf(named.name)
  if (await isRoleNameTaken(tx, nameKey)) return refuse(roleNameTaken('name'))
  const limit = tx.config.limits.customRolesPerWorkspace
  if ((await countCustomRoles(tx)) >= limit) return refuse(roleLimitReached(limit))

  const now = tx.clock.now()
  const role = tx.em.create(Role, {
    id: tx.ids('role'),
    tenantId: currentWorkspaceId(tx),
    template: null,
    name: named.name,
    nameKey,
    permissions: permitted.value,
    createdAt: now,
    updatedAt: now,
  })
  tx.em.persist(role)
  await announceRole(tx, 'role.created', role)
  return ok(role)
}

/** Tells what a role is now. */
export const announceRole = (
  tx: TenancyContext,
  type: 'role.created' | 'role.changed',
  { id, tenantId, name, permissions }: Role,
): Promise<void> =>
  announce(tx, type, { type: 'role', id }, { workspaceId: tenantId, roleId: id, name, permissions })
