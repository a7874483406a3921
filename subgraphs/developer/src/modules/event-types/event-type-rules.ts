import { ok, type Result, refuse } from '@logicspike/errors'
import { compileEventSchema, EventSchemaInvalid } from '@logicspike/events'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { isCompatible } from './schema-compatibility.ts'

/** What a service says about one version of a type. */
export type EventTypeInput = {
  readonly name: string
  readonly version: number
  readonly description: string
  readonly schema: unknown
}

export type ParsedEventType = EventTypeInput & { readonly schema: Record<string, unknown> }

/** What is known of a type: its newest version. */
type Known = { readonly version: number; readonly schema: Record<string, unknown> }

const DESCRIPTION_MAX = 500
const MAX_VERSION = 1_000_000

/** Words that are evaluated for as long as their author likes, in a process that serves others. */
const SLOW_KEYWORDS: ReadonlySet<string> = new Set(['pattern', 'patternProperties'])

/**
 * Checks one version of a type by itself.
 * @param path where in the input it stands
 */
export function parseEventType(
  service: string,
  asked: EventTypeInput,
  ...path: string[]
): Result<ParsedEventType, InvalidInputError> {
  const { name, version, schema } = asked
  const description = asked.description.trim()
  if (!name.startsWith(`${service}:`) || !/^[a-z_]{1,50}\.[a-z_]{1,50}$/.test(restOf(name))) {
    const message = `A type of yours is ${service}:<noun>.<past verb>, in lower case.`
    return refuse(invalidInput(message, ...path, 'name'))
  }
  if (version < 1 || version > MAX_VERSION) {
    return refuse(invalidInput('Versions count from 1.', ...path, 'version'))
  }
  if (description === '' || description.length > DESCRIPTION_MAX) {
    const message = `A description has 1 to ${DESCRIPTION_MAX} characters.`
    return refuse(invalidInput(message, ...path, 'description'))
  }
  const problem = problemOf(schema)
  if (problem !== null) return refuse(invalidInput(problem, ...path, 'schema'))
  return ok({ name, version, description, schema: schema as Record<string, unknown> })
}

/**
 * Whether a version may follow what is known: the newest may be described better and grow, a later
 * one may be anything, and an earlier one is as it was.
 * @returns what is wrong, or null
 */
export function succession(
  known: Known | undefined,
  asked: Pick<ParsedEventType, 'version' | 'schema'>,
): string | null {
  if (!known || asked.version > known.version) return null
  if (asked.version < known.version) return `Version ${known.version} is registered already.`
  if (isCompatible(known.schema, asked.schema)) return null
  return 'Data of this schema may not fit the registered one. Raise the version.'
}

const restOf = (name: string): string => name.slice(name.indexOf(':') + 1)

function problemOf(schema: unknown): string | null {
  if (typeof schema !== 'object' || schema === null || !('type' in schema))
    return 'The schema is a JSON Schema of "type": "object".'
  if (schema.type !== 'object') return 'The schema is a JSON Schema of "type": "object".'
  const slow = keywordsIn(schema).find((keyword) => SLOW_KEYWORDS.has(keyword))
  if (slow !== undefined) return `The schema may not use "${slow}".`
  try {
    compileEventSchema(schema)
    return null
  } catch (error) {
    if (error instanceof EventSchemaInvalid) return `This is no JSON Schema: ${error.message}`
    throw error
  }
}

/** Every name in a schema, however deep; a property may be called like a keyword, which is refused. */
function keywordsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Array.isArray(value) ? [] : Object.keys(value)
  return [...own, ...Object.values(value).flatMap(keywordsIn)]
}
