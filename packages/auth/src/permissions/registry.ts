import { billingPermissions } from './billing.permissions.ts'
import { communicationPermissions } from './communication.permissions.ts'
import { developerPermissions } from './developer.permissions.ts'
import type { Permission, TemplateRole } from './permission.ts'
import { sortScopes } from './scopes.ts'
import { tenancyPermissions } from './tenancy.permissions.ts'

/** Every permission of the platform's own services. A new subgraph adds its list here. */
const platformPermissions = [
  ...tenancyPermissions,
  ...billingPermissions,
  ...communicationPermissions,
  ...developerPermissions,
] as const

/** A permission of the platform's own; a typo in one is a type error. */
export type PlatformPermission = (typeof platformPermissions)[number]['name']

/** Names no other service may register permissions under: theirs would read as the platform's. */
const PLATFORM_SERVICES: ReadonlySet<string> = new Set([
  ...['identity', 'tenancy', 'billing', 'developer', 'communication', 'gateway', 'platform'],
  ...platformPermissions.map(({ service }) => service),
])

/** Higher outranks lower. Nobody may invite, promote to or edit a holder of a higher rank. */
const RANKS: Readonly<Record<TemplateRole, number>> = { owner: 3, admin: 2, member: 1 }

/** The templates, highest rank first. */
export const TEMPLATE_ROLES: readonly TemplateRole[] = ['owner', 'admin', 'member']

/** Whether this service is the platform's own, so that its name cannot be registered by others. */
export function isPlatformService(service: string): boolean {
  return PLATFORM_SERVICES.has(service)
}

/** Every permission of the platform's own services, with its description and templates. */
export function listPermissions(): readonly Permission<PlatformPermission>[] {
  return platformPermissions
}

/** Rank of a template: owner 3, admin 2, member 1. */
export function rankOf(role: TemplateRole): number {
  return RANKS[role]
}

/**
 * The exact permissions of a template, sorted: the platform's, and those that other services have
 * registered for it. The Owner holds all of them; nobody holds those that are for services only.
 * @param extra permissions of services that are not the platform's own
 * @throws TypeError where one of `extra` claims to belong to a service of the platform
 */
export function expandRole(role: TemplateRole, extra: readonly Permission[] = []): string[] {
  const impostor = extra.find(
    ({ name, service }) => claimsPlatform(name) || isPlatformService(service),
  )
  if (impostor) throw new TypeError(`"${impostor.name}" belongs to the platform.`)
  const all: readonly Permission[] = [...platformPermissions, ...extra]
  const held = all
    .filter(({ servicesOnly }) => !servicesOnly)
    .filter(({ roles }) => role === 'owner' || roles.includes(role))
  return sortScopes(held.map(({ name }) => name))
}

const claimsPlatform = (name: string) => isPlatformService(name.slice(0, name.indexOf(':')))
