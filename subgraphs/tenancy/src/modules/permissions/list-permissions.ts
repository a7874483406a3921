import { listPermissions, type Permission } from '@logicspike/auth'
import type { TenancyContext } from '../../context.ts'
import { listRegisteredPermissions } from './permission.repository.ts'
import { withHigherTemplates } from './template-name.ts'

/** A permission that a role can have, and the templates that do. */
export type ListedPermission = Permission

/** Every permission that a role can have, platform's and services', by name. */
export async function listGrantablePermissions(
  ctx: Pick<TenancyContext, 'em'>,
): Promise<ListedPermission[]> {
  const all: Permission[] = [...listPermissions(), ...(await listRegisteredPermissions(ctx))]
  return all
    .filter(({ servicesOnly }) => !servicesOnly)
    .map((permission) => ({ ...permission, roles: withHigherTemplates(permission.roles) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
