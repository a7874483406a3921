import {
  isPermission,
  isPlatformService,
  type Permission,
  type TemplateRole,
} from '@logicspike/auth'
import { advisoryLock } from '@logicspike/database'
import { forbidden, ok, type Result, refuse, unauthenticated } from '@logicspike/errors'
import { publishEvent, recordAudit } from '@logicspike/events'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { TenancyContext } from '../../context.ts'
import { parseName } from '../../names.ts'
import {
  type PermissionBudgetExceededError,
  permissionBudgetExceeded,
} from './permission.errors.ts'
import { listRegisteredPermissions } from './permission.repository.ts'
import { RegisteredPermission } from './registered-permission.entity.ts'
import { ownerScopeBytes, SCOPE_BUDGET_BYTES } from './scope-budget.ts'
import { withHigherTemplates } from './template-name.ts'

const MAX_AT_A_TIME = 50
const DESCRIPTION_MAX = 200

type Asked = {
  readonly name: string
  readonly description: string
  readonly templates: readonly TemplateRole[]
}
type Input = { readonly service: string; readonly permissions: readonly Asked[] }
type Failure = InvalidInputError | PermissionBudgetExceededError

/**
 * Registers permissions of a service that is not the platform's own, for every workspace. It only
 * ever adds: taking a permission from a template would narrow what people may do in all workspaces
 * at once, without a word to them.
 * @returns all permissions of the service, by name
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (not a service, or another service's permissions)
 */
export async function registerServicePermissions(
  tx: TenancyContext,
  input: Input,
): Promise<Result<RegisteredPermission[], Failure>> {
  requireService(tx, input.service)
  const asked = parseAsked(input)
  if (!asked.ok) return asked
  // One registration at a time: each is measured together with all others.
  await advisoryLock(tx.em, 'tenancy.permissions', 'registry')
  const known = await listRegisteredPermissions(tx)
  const merged = merge(tx, known, asked.value)
  const bytes = ownerScopeBytes(merged.all)
  if (bytes > SCOPE_BUDGET_BYTES) return refuse(permissionBudgetExceeded(bytes))
  await tx.em.flush()
  if (merged.changed.length > 0) await announceRegistration(tx, input.service, merged.changed)
  return ok(
    merged.all
      .filter(({ service }) => service === input.service)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  )
}

/** The caller must be that very service, whose name is its client id. */
function requireService({ actor }: TenancyContext, service: string): void {
  if (!actor) throw unauthenticated()
  if (actor.kind !== 'service') throw forbidden('permissions are registered by services')
  if (!actor.permissions.has('tenancy:permissions.register')) throw forbidden('permission lacking')
  if (actor.clientId !== service) throw forbidden(`the token is not of ${service}`)
  if (isPlatformService(service)) throw forbidden(`${service} is the platform’s own`)
}

function parseAsked({ service, permissions }: Input): Result<Permission[], InvalidInputError> {
  if (permissions.length > MAX_AT_A_TIME) {
    return refuse(invalidInput(`At most ${MAX_AT_A_TIME} at a time.`, 'permissions'))
  }
  const names = permissions.map(({ name }) => name)
  const parsed = permissions.map((asked, index) => parseOne(service, asked, index, names))
  const errors = parsed.flatMap((one) => (one.ok ? [] : one.errors))
  if (errors.length > 0) return refuse(...errors)
  return ok(parsed.flatMap((one) => (one.ok ? [one.value] : [])))
}

function parseOne(
  service: string,
  { name, description, templates }: Asked,
  index: number,
  names: readonly string[],
): Result<Permission, InvalidInputError> {
  const path = ['permissions', String(index)]
  if (!isPermission(name) || !name.startsWith(`${service}:`)) {
    const message = `A permission of yours is ${service}:<resource>.<action>, in lower case.`
    return refuse(invalidInput(message, ...path, 'name'))
  }
  if (names.indexOf(name) !== index) {
    return refuse(invalidInput('This permission is listed twice.', ...path, 'name'))
  }
  const described = parseName(description, { max: DESCRIPTION_MAX }, ...path, 'description')
  if (!described.ok) return refuse(described.error)
  const roles = withHigherTemplates(templates)
  return ok({ name, service, description: described.name, roles })
}

/** Adds what is new to what is known; templates are united, descriptions replaced. */
function merge(
  tx: TenancyContext,
  known: readonly RegisteredPermission[],
  asked: readonly Permission[],
): { all: RegisteredPermission[]; changed: string[] } {
  const byName = new Map(known.map((permission) => [permission.name, permission]))
  const changed: string[] = []
  for (const permission of asked) {
    const row = byName.get(permission.name)
    if (row ? widen(tx, row, permission) : true) changed.push(permission.name)
    if (!row) byName.set(permission.name, insert(tx, permission))
  }
  return { all: [...byName.values()], changed }
}

function insert(tx: TenancyContext, permission: Permission): RegisteredPermission {
  const row = tx.em.create(RegisteredPermission, {
    name: permission.name,
    service: permission.service,
    description: permission.description,
    roles: [...permission.roles],
    changedAt: tx.clock.now(),
  })
  tx.em.persist(row)
  return row
}

/** @returns whether anything is different now */
function widen(tx: TenancyContext, row: RegisteredPermission, asked: Permission): boolean {
  const roles = withHigherTemplates([...row.roles, ...asked.roles])
  const isWider = roles.length > row.roles.length
  const isReworded = row.description !== asked.description
  if (isWider) row.changedAt = tx.clock.now()
  if (isWider) row.roles = roles
  row.description = asked.description
  return isWider || isReworded
}

async function announceRegistration(
  tx: TenancyContext,
  service: string,
  permissions: string[],
): Promise<void> {
  const type = 'permissions.registered'
  const data = { service, permissions }
  await publishEvent(tx, { type, workspaceId: null, subject: service, data })
  const target = { type: 'service', id: service }
  await recordAudit(tx, { action: type, workspaceId: null, target, details: data })
}
