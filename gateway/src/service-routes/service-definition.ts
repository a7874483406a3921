import { isPermission, isServiceName } from '@logicspike/auth'
import { z } from 'zod'
import { isRoutePattern } from './route-table.ts'

/** Proofs of who is calling. Keys tell their kind by their prefix, `ls_` and `pk_`. */
const credentialKind = z.enum(['user', 'service', 'secret-key', 'publishable-key'])
export type CredentialKind = z.output<typeof credentialKind>

const WHO =
  'say "public", "authenticated", a permission such as "blog:posts.write", or a list of those needed together'
const permission = z.string().refine(isPermission, WHO)

/** Who may call: everybody, whoever has a credential, or who holds a permission, or all of several. */
const access = z.union(
  [z.literal('public'), z.literal('authenticated'), permission, z.array(permission).min(1, WHO)],
  WHO,
)
export type Access = z.output<typeof access>

const methods = z
  .partialRecord(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', '*']), access)
  .refine((rules) => Object.keys(rules).length > 0, 'name a method, or "*" for all others')
export type MethodRules = z.output<typeof methods>

const routes = z
  .record(
    z
      .string()
      .refine(
        isRoutePattern,
        'is no path; write "/posts", "/posts/:id" or "/posts/*" after the prefix',
      ),
    methods,
  )
  .refine((patterns) => Object.keys(patterns).length > 0, 'name a path; nothing else is passed on')

const prefix = z
  .string()
  .regex(
    /^(?:\/[a-z0-9]+(?:-[a-z0-9]+)*)+\/\*$/,
    'write it as "/blog/*": lower-case letters, digits and hyphens, then /*',
  )

const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href) return url.origin
  context.addIssue('write where it listens and nothing more, such as "http://blog:8080"')
  return z.NEVER
})

const upstream = z.strictObject({ url: origin, weight: z.int().min(1).max(1_000).default(1) })

const service = z
  .strictObject({
    name: z.string().refine(isServiceName, 'is no service name; write one as "blog"'),
    prefix,
    /** Servers of the service; they take turns by their weights. */
    upstreams: z.array(upstream).min(1, 'name at least one server of the service'),
    /** Paths after the prefix, with who may call them. What is not named is not passed on. */
    routes,
    /** Credentials that count here; others are refused. */
    credentials: z.array(credentialKind).min(1).default(['user']),
    /** What a workspace must have switched on; the service's name, `false` for nothing. */
    entitlement: z.union([z.literal(false), z.string().refine(isServiceName)]).optional(),
    webSockets: z.boolean().default(false),
    /** How long an upstream may take to connect, to begin its answer, or between parts of it. */
    timeoutMs: z.int().min(10).max(600_000).default(30_000),
    maxBodyBytes: z
      .int()
      .min(0)
      .default(1024 * 1024),
    /** Cost units of a request; see rate-limits/limits.ts. */
    cost: z.int().min(1).max(100_000).default(1),
    /** Absent where servers are not looked at; then only failures tell that one is down. */
    health: z
      .strictObject({
        path: z.string().regex(/^\/[A-Za-z0-9/._~-]*$/, 'write it as "/healthz"'),
        intervalMs: z.int().min(10).max(600_000).default(5_000),
      })
      .optional(),
  })
  .transform(({ entitlement, ...declared }) => ({
    ...declared,
    entitlement: entitlement === false ? null : (entitlement ?? declared.name),
  }))

export type ServiceDefinition = Readonly<z.output<typeof service>>

const services = z.strictObject({ services: z.array(service) })

/** What is wrong with declared services, all of it, in words that say what to do. */
export class ServicesError extends Error {
  override readonly name = 'ServicesError'

  constructor(problems: readonly string[]) {
    super(`The services cannot be served:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  }
}

/**
 * @param declared as in the file that `SERVICES_FILE` names
 * @param reserved first segments of the gateway's own addresses
 * @throws ServicesError
 */
export function parseServices(
  declared: unknown,
  reserved: ReadonlySet<string>,
): readonly ServiceDefinition[] {
  const parsed = services.safeParse(declared)
  if (!parsed.success) {
    throw new ServicesError(parsed.error.issues.map((issue) => described(declared, issue)))
  }
  const problems = conflicts(parsed.data.services, reserved)
  if (problems.length > 0) throw new ServicesError(problems)
  return parsed.data.services
}

/** Names the service, since nobody counts the entries of a list. */
function described(declared: unknown, issue: z.core.$ZodIssue): string {
  const { path } = issue
  const [, at, ...rest] = path
  const message = (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message
  if (typeof at !== 'number') return `${path.join('.') || 'the whole'}: ${message}`
  const entry = (declared as { services: readonly { name?: unknown }[] }).services[at]
  const name = typeof entry?.name === 'string' ? entry.name : `number ${at + 1}`
  return `${name}, ${rest.join(' ') || 'the whole'}: ${message}`
}

function conflicts(all: readonly ServiceDefinition[], reserved: ReadonlySet<string>): string[] {
  return all.flatMap((one, at) => [
    ...(reserved.has(one.prefix.split('/')[1] ?? '')
      ? [`${one.name}, prefix: ${one.prefix} is the gateway’s own; choose another`]
      : []),
    ...all
      .slice(at + 1)
      .flatMap((other) => [
        ...(one.name === other.name
          ? [`${one.name}: is declared twice; leave one of them out`]
          : []),
        ...(overlap(one.prefix, other.prefix)
          ? [
              `${other.name}, prefix: ${other.prefix} overlaps ${one.prefix} of ${one.name}; choose another`,
            ]
          : []),
      ]),
  ])
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [one.slice(0, -1), other.slice(0, -1)]
  return a.startsWith(b) || b.startsWith(a)
}
