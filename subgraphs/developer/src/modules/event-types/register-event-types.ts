import { advisoryLock } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { DeveloperContext } from '../../context.ts'
import {
  type EventTypeInput,
  type ParsedEventType,
  parseEventType,
  succession,
} from './event-type-rules.ts'
import { RegisteredEventType } from './registered-event-type.entity.ts'
import { listVersionsOf, newestOf } from './registered-event-type.repository.ts'
import { requireService } from './require-service.ts'

const MAX_AT_A_TIME = 50
const MAX_VERSIONS = 1_000

type Input = { readonly eventTypes: readonly EventTypeInput[] }

/**
 * Registers types of events that the calling service publishes, for every workspace. What is
 * registered stays; a type changes so that its listeners go on understanding it, or by a new version.
 * @returns the newest version of every type of the service, by name
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (not a service, or the platform's own)
 */
export async function registerEventTypes(
  tx: DeveloperContext,
  input: Input,
): Promise<Result<RegisteredEventType[], InvalidInputError>> {
  const service = requireService(tx, 'developer:event-types.register')
  const asked = parseAll(service, input)
  if (!asked.ok) return asked
  // One registration of a service at a time: each version is compared with the one before.
  await advisoryLock(tx.em, 'developer.event-types', service)
  const known = await listVersionsOf(tx, service)
  const registered = merge(tx, service, known, asked.value)
  if (!registered.ok) return registered
  if (known.length + registered.value.length > MAX_VERSIONS) {
    return refuse(invalidInput(`A service has ${MAX_VERSIONS} versions at most.`, 'eventTypes'))
  }
  await tx.em.flush()
  if (asked.value.length > 0) await recordRegistration(tx, service, asked.value)
  return ok(newestOf(await listVersionsOf(tx, service)))
}

function parseAll(
  service: string,
  { eventTypes }: Input,
): Result<ParsedEventType[], InvalidInputError> {
  if (eventTypes.length > MAX_AT_A_TIME) {
    return refuse(invalidInput(`At most ${MAX_AT_A_TIME} at a time.`, 'eventTypes'))
  }
  const names = eventTypes.map(({ name }) => name)
  const parsed = eventTypes.map((asked, index) => {
    const path = ['eventTypes', String(index)]
    if (names.indexOf(asked.name) !== index) {
      return refuse(invalidInput('This type is listed twice.', ...path, 'name'))
    }
    return parseEventType(service, asked, ...path)
  })
  const errors = parsed.flatMap((one) => (one.ok ? [] : one.errors))
  return errors.length > 0
    ? refuse(...errors)
    : ok(parsed.flatMap((one) => (one.ok ? [one.value] : [])))
}

/** @returns the versions that are new */
function merge(
  tx: DeveloperContext,
  service: string,
  known: readonly RegisteredEventType[],
  asked: readonly ParsedEventType[],
): Result<ParsedEventType[], InvalidInputError> {
  const newest = new Map(newestOf(known).map((row) => [row.name, row]))
  const errors = asked.flatMap((it, index) => {
    const problem = succession(newest.get(it.name), it)
    return problem ? [invalidInput(problem, 'eventTypes', String(index), 'version')] : []
  })
  if (errors.length > 0) return refuse(...errors)
  return ok(asked.filter((it) => put(tx, service, newest.get(it.name), it)))
}

/** @returns whether it is a new version */
function put(
  tx: DeveloperContext,
  service: string,
  row: RegisteredEventType | undefined,
  { name, version, description, schema }: ParsedEventType,
): boolean {
  if (row?.version === version) {
    Object.assign(row, { description, schema })
    return false
  }
  const registeredAt = tx.clock.now()
  const made = { name, version, service, description, schema, registeredAt }
  tx.em.persist(tx.em.create(RegisteredEventType, made))
  return true
}

async function recordRegistration(
  tx: DeveloperContext,
  service: string,
  types: readonly ParsedEventType[],
): Promise<void> {
  await recordAudit(tx, {
    action: 'event_types.registered',
    workspaceId: null,
    target: { type: 'service', id: service },
    details: { types: types.map(({ name, version }) => `${name} v${version}`) },
  })
}
