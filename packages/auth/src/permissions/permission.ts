/** The roles that every workspace has. Custom roles are sets of permissions of their own. */
export type TemplateRole = 'owner' | 'admin' | 'member'

/** A permission that exists: what it lets its holder do, and which templates hold it at first. */
export type Permission<Name extends string = string> = {
  /** `<service>:<resource>.<action>`, compared as a whole and by code unit. */
  readonly name: Name
  readonly service: string
  /** For people who compose a role. */
  readonly description: string
  /** Templates that contain it. The Owner holds all that a role can hold, listed or not. */
  readonly roles: readonly TemplateRole[]
  /** Set where only a service's own token can carry it, and no role of a workspace ever does. */
  readonly servicesOnly?: true
}

type Definition<Name extends string> = {
  /** `<resource>.<action>`, such as `members.invite`. */
  readonly name: Name
  readonly description: string
  readonly roles: readonly TemplateRole[]
  readonly servicesOnly?: true
}

const WORD = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*'
const SERVICE_PATTERN = new RegExp(`^${WORD}$`)
const PERMISSION_PATTERN = new RegExp(`^${WORD}:${WORD}\\.${WORD}$`)

/** Longest permission accepted; keeps the largest token within bounds. */
export const PERMISSION_MAX_LENGTH = 100

/** Whether a text may name a service: `blog`, `media-library`. */
export function isServiceName(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 40 && SERVICE_PATTERN.test(text)
}

/**
 * Whether a text has the form of a permission. It says nothing about whether the permission is
 * registered: other services register theirs at run time. There are no wildcards, and only ASCII
 * lower case passes, so nothing can look like a permission without being it.
 */
export function isPermission(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text.length <= PERMISSION_MAX_LENGTH &&
    PERMISSION_PATTERN.test(text)
  )
}

/**
 * Registers the permissions of one service.
 * @throws TypeError for a malformed or repeated name, an empty description, or a role that would
 * hold what only services may
 */
export function definePermissions<const Service extends string, const Name extends string>(
  service: Service,
  definitions: readonly Definition<Name>[],
): readonly Permission<`${Service}:${Name}`>[] {
  if (!isServiceName(service)) throw new TypeError(`"${service}" is no service name.`)
  const seen = new Set<string>()
  return definitions.map(({ name: action, description, roles, servicesOnly }) => {
    const name = `${service}:${action}` as const
    if (!isPermission(name)) throw new TypeError(`"${name}" is no permission.`)
    if (seen.has(name)) throw new TypeError(`"${name}" is defined twice.`)
    if (description.trim() === '') throw new TypeError(`"${name}" has no description.`)
    seen.add(name)
    if (servicesOnly && roles.length > 0) throw new TypeError(`"${name}" is for services only.`)
    return { name, service, description, roles, ...(servicesOnly && { servicesOnly }) }
  })
}
