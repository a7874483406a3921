import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** Characters of a schema as JSON. */
const LONGEST_SCHEMA = 64 * 1024

/** Compiled schemas kept; one is some kilobytes of code. */
const MOST_COMPILED = 500

/** A schema that is none, or that no data could be checked against. */
export class EventSchemaInvalid extends Error {
  override readonly name = 'EventSchemaInvalid'
}

/** Data that does not fit the schema of its type. */
export class EventDataInvalid extends Error {
  override readonly name = 'EventDataInvalid'
  /** Where, as a JSON pointer into `data`, and what is wrong. */
  readonly failures: readonly { readonly path: string; readonly message: string }[]

  constructor(type: string, errors: readonly ErrorObject[]) {
    const failures = errors.map(({ instancePath: path, message = 'is invalid' }) => ({
      path,
      message,
    }))
    super(`Data of ${type} does not fit: ${failures.map((it) => `${it.path} ${it.message}`)}.`)
    this.failures = failures
  }
}

const compiled = new Map<string, ValidateFunction>()

/**
 * Checks data against the JSON Schema (draft 2020-12) of its type.
 * @throws EventDataInvalid
 * @throws EventSchemaInvalid
 */
export function assertEventData(type: string, schema: object, data: unknown): void {
  const validate = compileEventSchema(schema)
  if (!validate(data)) throw new EventDataInvalid(type, validate.errors ?? [])
}

/**
 * Compiles a schema, once. A schema may refer to itself only: nothing is fetched.
 * @throws EventSchemaInvalid
 */
export function compileEventSchema(schema: object): ValidateFunction {
  const key = JSON.stringify(schema)
  const known = compiled.get(key)
  if (known) return known
  if (key.length > LONGEST_SCHEMA) {
    throw new EventSchemaInvalid(`A schema has ${LONGEST_SCHEMA} characters at most.`)
  }
  // An instance for each, so that one schema's `$id` is not in the way of another's.
  const ajv = addFormats.default(
    new Ajv2020({ strict: true, allowUnionTypes: true, logger: false }),
  )
  try {
    const validate = ajv.compile(schema)
    if (compiled.size >= MOST_COMPILED) compiled.clear()
    compiled.set(key, validate)
    return validate
  } catch (error) {
    throw new EventSchemaInvalid(error instanceof Error ? error.message : 'It is no schema.')
  }
}
