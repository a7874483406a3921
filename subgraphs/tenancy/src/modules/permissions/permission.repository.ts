import { ACCESS_TOKEN_MAX_TTL_SECONDS } from '@logicspike/auth'
import type { TenancyContext } from '../../context.ts'
import { RegisteredPermission } from './registered-permission.entity.ts'

/** Every registered permission, by name. The same for every workspace. */
export const listRegisteredPermissions = (
  ctx: Pick<TenancyContext, 'em'>,
): Promise<RegisteredPermission[]> =>
  ctx.em.find(RegisteredPermission, {}, { orderBy: { name: 'asc' } })

/**
 * Names registered or widened so lately that a valid token may have been minted before. For as long
 * as a token lives, its silence about these means nothing.
 */
export function newerThanTokens(registered: readonly RegisteredPermission[], now: Date): string[] {
  const oldest = now.getTime() - ACCESS_TOKEN_MAX_TTL_SECONDS * 1000
  return registered.filter(({ changedAt }) => changedAt.getTime() >= oldest).map(({ name }) => name)
}
