import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql'
import type { JsonObject } from './json.ts'
import { leafCheck } from './leaf-values.ts'
import { type FieldShape, type ResponseShape, readableType } from './response-shape.ts'

/**
 * Writes the data of a response as JSON text.
 * @param plain no string in `data` needs escaping
 * @returns null where something in it is not as the schema says, which needs errors and nulls
 */
export type ResponseWriter = (data: JsonObject, plain: boolean) => string | null

type Write = (value: unknown, plain: boolean) => string

/** Thrown where a value is not as it should be; the response is then made the careful way. */
const ODD = Symbol('a value that is not as the schema says')

function odd(): never {
  throw ODD
}

/** Compiles the writer of a response: one function per field, with its key written already. */
export function compileResponseWriter(
  { root, fields }: ResponseShape,
  schema: GraphQLSchema,
): ResponseWriter {
  const memories: TextMemory[] = []
  const write = objectWriter(root, fields.fieldsOf(root), { schema, memories, isRepeatable: false })
  return (data, plain) => {
    try {
      return write(data, plain)
    } catch (thrown) {
      if (thrown === ODD) return null
      throw thrown
    } finally {
      for (const memory of memories) memory.clear()
    }
  }
}

type TextMemory = Map<unknown, string>

type Place = {
  readonly schema: GraphQLSchema
  /** What is remembered while one response is written. */
  readonly memories: TextMemory[]
  /** Below a list one object may stand in many places. */
  readonly isRepeatable: boolean
}

function objectWriter(type: GraphQLObjectType, fields: readonly FieldShape[], place: Place): Write {
  const count = fields.length
  if (count === 0) return () => '{}'
  const keys = fields.map(({ source }) => source)
  const heads = fields.map(({ key }, at) => `${at === 0 ? '{' : ','}${JSON.stringify(key)}:`)
  const writers = fields.map((field) => fieldWriter(type, field, place))
  return (value, plain) => {
    if (typeof value !== 'object' || value === null) odd()
    const object = value as JsonObject
    let text = ''
    for (let at = 0; at < count; at += 1) {
      text += (heads[at] as string) + (writers[at] as Write)(object[keys[at] as string], plain)
    }
    return `${text}}`
  }
}

function fieldWriter(parent: GraphQLObjectType, field: FieldShape, place: Place): Write {
  if (field.kind === 'typename') {
    const text = JSON.stringify(parent.name)
    return () => text
  }
  if (field.kind === 'introspection') return (value) => JSON.stringify(value) ?? odd()
  return field.type ? valueWriter(field.type, field, place) : odd
}

function valueWriter(type: GraphQLOutputType, field: FieldShape, place: Place): Write {
  if (isNonNullType(type)) return presentWriter(type.ofType, field, place)
  const write = presentWriter(type, field, place)
  return (value, plain) => {
    if (value === null || value === undefined) return 'null'
    return write(value, plain)
  }
}

/** For values that are not null, or must not be. */
function presentWriter(type: GraphQLOutputType, field: FieldShape, place: Place): Write {
  if (isListType(type)) {
    return listWriter(valueWriter(type.ofType, field, { ...place, isRepeatable: true }))
  }
  if (isObjectType(type) || isAbstractType(type)) {
    const write = compositeWriter(type, field, place)
    return place.isRepeatable ? rememberTexts(write, place.memories) : write
  }
  if (isScalarType(type) && type.name === 'String') return writeString
  const check = leafCheck(type)
  if (isScalarType(type) && type.name !== 'ID') {
    return (value) => {
      const checked = check(value)
      return checked === undefined || checked === null ? odd() : JSON.stringify(checked)
    }
  }
  return (value, plain) => writeString(check(value), plain)
}

function writeString(value: unknown, plain: boolean): string {
  if (typeof value !== 'string') odd()
  return plain ? `"${value}"` : JSON.stringify(value)
}

function listWriter(write: Write): Write {
  return (value, plain) => {
    if (!Array.isArray(value)) odd()
    if (value.length === 0) return '[]'
    let text = `[${write(value[0], plain)}`
    for (let at = 1; at < value.length; at += 1) text += `,${write(value[at], plain)}`
    return `${text}]`
  }
}

/** So many objects tell whether any of them stand in more than one place. */
const TRIAL = 2_000
const WORTH_IT = 1 / 8

/** Writes an object that stands in many places once, unless hardly any do. */
function rememberTexts(write: Write, memories: TextMemory[]): Write {
  const texts: TextMemory = new Map()
  let looked = 0
  let found = 0
  let isWorthIt = true
  memories.push(texts)
  return (value, plain) => {
    if (!isWorthIt) return write(value, plain)
    looked += 1
    const known = texts.get(value)
    if (known !== undefined) {
      found += 1
      return inOnePiece(known)
    }
    if (looked > TRIAL) {
      isWorthIt = found > looked * WORTH_IT
      looked = 0
      found = 0
    }
    const text = write(value, plain)
    texts.set(value, text)
    return text
  }
}

const BRACE = 0x7b

/**
 * A text put together of many is kept as its parts until somebody looks at a character of it; not
 * looked at, each part would be copied for each of its places.
 */
const inOnePiece = (text: string): string => (text.charCodeAt(0) === BRACE ? text : odd())

function compositeWriter(declared: GraphQLOutputType, { below }: FieldShape, place: Place): Write {
  const writers = new Map<unknown, Write>()
  function writerFor(typename: unknown): Write {
    const known = writers.get(typename)
    if (known) return known
    const type = below && readableType(place.schema, declared, typename, below)
    if (!type) return odd
    const write = objectWriter(type, below.fieldsOf(type), place)
    writers.set(typename, write)
    return write
  }
  if (isObjectType(declared)) {
    // Made when first used: what is selected below a type may be long and seldom there.
    let write: Write | null = null
    return (value, plain) => {
      write ??= writerFor(null)
      return write(value, plain)
    }
  }
  return (value, plain) => {
    if (typeof value !== 'object' || value === null) odd()
    return writerFor((value as JsonObject).__typename)(value, plain)
  }
}
