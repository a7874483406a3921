import { AppError, entitlementRequired, unauthenticated } from '@logicspike/errors'
import type { ServiceCaller } from './service-caller.ts'
import type { Access, ServiceDefinition } from './service-definition.ts'

type Guarded = Pick<ServiceDefinition, 'credentials' | 'entitlement'>

/**
 * Why a caller may not use a route; null where they may. What somebody presents is judged on public
 * routes as well: a service acts for the workspace it is told of, whatever the route says.
 */
export function denialOf(
  { credentials, entitlement }: Guarded,
  access: Access,
  { principal, credential }: ServiceCaller,
): AppError | null {
  if (!principal || !credential) {
    return access === 'public' ? null : unauthenticated('the route is not public')
  }
  if (!credentials.includes(credential)) {
    return new AppError('FORBIDDEN', 'This kind of credential is not accepted here.', {
      extensions: { credential, acceptedCredentials: credentials },
    })
  }
  const required = permissionsOf(access)
  if (!required.every((permission) => principal.permissions.has(permission))) {
    return new AppError('FORBIDDEN', 'You are not allowed to do this.', {
      extensions: { requiredScopes: [required] },
    })
  }
  const isTenants = principal.workspaceId !== null
  // A service of the platform's own acts for no workspace, and a reader for none either.
  const isExempt = !isTenants && (principal.kind === 'service' || access === 'public')
  if (entitlement === null || isExempt || principal.services.includes(entitlement)) return null
  return entitlementRequired([entitlement])
}

/** All of which are needed. */
function permissionsOf(access: Access): readonly string[] {
  if (access === 'public' || access === 'authenticated') return []
  return [access].flat()
}
