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
import { createJsonSink, encoded } from './json-sink.ts'
import { leafCheck } from './leaf-values.ts'
import { type FieldShape, type ResponseShape, readableType } from './response-shape.ts'

/**
 * Writes a response that has nothing but data: `{"data":…}`, in UTF-8.
 * @param plain all strings in `data` are ASCII and need no escaping
 * @returns null where something in it is not as the schema says, which needs errors and nulls
 */
export type ResponseWriter = (data: JsonObject, plain: boolean) => Buffer | null

type Write = (value: unknown, plain: boolean) => void

/** Thrown where a value is not as it should be; the response is then made the careful way. */
const ODD = Symbol('a value that is not as the schema says')

function odd(): never {
  throw ODD
}

/** Responses are written one after the other, each from its beginning to its end. */
const sink = createJsonSink()

const BEGINNING = encoded('{"data":')
const END = encoded('}')
const NULL = encoded('null')
const EMPTY_OBJECT = encoded('{}')
const EMPTY_LIST = encoded('[]')
const LIST_BEGINNING = encoded('[')
const LIST_END = encoded(']')
const COMMA = encoded(',')

/** Compiles the writer of a response: one function per field, with its key written already. */
export function compileResponseWriter(
  { root, fields }: ResponseShape,
  schema: GraphQLSchema,
): ResponseWriter {
  const memories: Memory[] = []
  const write = objectWriter(root, fields.fieldsOf(root), { schema, memories, isRepeatable: false })
  return (data, plain) => {
    try {
      sink.begin()
      sink.token(BEGINNING)
      write(data, plain)
      sink.token(END)
      return sink.take()
    } catch (thrown) {
      if (thrown === ODD) return null
      throw thrown
    } finally {
      for (const memory of memories) memory.clear()
    }
  }
}

/** Where objects were written, as `spanOf` makes it. */
type Memory = Map<unknown, number>

type Place = {
  readonly schema: GraphQLSchema
  /** What is remembered while one response is written. */
  readonly memories: Memory[]
  /** Below a list one object may stand in many places. */
  readonly isRepeatable: boolean
}

function objectWriter(type: GraphQLObjectType, fields: readonly FieldShape[], place: Place): Write {
  const count = fields.length
  if (count === 0) return () => sink.token(EMPTY_OBJECT)
  const keys = fields.map(({ source }) => source)
  const heads = fields.map(({ key }, at) =>
    encoded(`${at === 0 ? '{' : ','}${JSON.stringify(key)}:`),
  )
  const writers = fields.map((field) => fieldWriter(type, field, place))
  return (value, plain) => {
    if (typeof value !== 'object' || value === null) odd()
    const object = value as JsonObject
    for (let at = 0; at < count; at += 1) {
      sink.token(heads[at] as Uint8Array)
      ;(writers[at] as Write)(object[keys[at] as string], plain)
    }
    sink.token(END)
  }
}

function fieldWriter(parent: GraphQLObjectType, field: FieldShape, place: Place): Write {
  if (field.kind === 'typename') {
    const text = encoded(JSON.stringify(parent.name))
    return () => sink.token(text)
  }
  if (field.kind === 'introspection') return (value) => sink.text(JSON.stringify(value) ?? odd())
  return field.type ? valueWriter(field.type, field, place) : odd
}

function valueWriter(type: GraphQLOutputType, field: FieldShape, place: Place): Write {
  if (isNonNullType(type)) return presentWriter(type.ofType, field, place)
  const write = presentWriter(type, field, place)
  return (value, plain) => {
    if (value === null || value === undefined) sink.token(NULL)
    else write(value, plain)
  }
}

/** For values that are not null, or must not be. */
function presentWriter(type: GraphQLOutputType, field: FieldShape, place: Place): Write {
  if (isListType(type)) {
    return listWriter(valueWriter(type.ofType, field, { ...place, isRepeatable: true }))
  }
  if (isObjectType(type) || isAbstractType(type)) {
    const write = compositeWriter(type, field, place)
    return place.isRepeatable ? writeOnce(write, place.memories) : write
  }
  if (isScalarType(type) && type.name === 'String') return writeString
  const check = leafCheck(type)
  if (isScalarType(type) && type.name !== 'ID') {
    return (value) => {
      const checked = check(value)
      if (checked === undefined || checked === null) odd()
      sink.text(JSON.stringify(checked))
    }
  }
  return (value, plain) => writeString(check(value), plain)
}

function writeString(value: unknown, plain: boolean): void {
  if (typeof value !== 'string') odd()
  if (plain) sink.plainString(value)
  else sink.text(JSON.stringify(value))
}

function listWriter(write: Write): Write {
  return (value, plain) => {
    if (!Array.isArray(value)) odd()
    if (value.length === 0) {
      sink.token(EMPTY_LIST)
      return
    }
    sink.token(LIST_BEGINNING)
    for (let at = 0; at < value.length; at += 1) {
      if (at > 0) sink.token(COMMA)
      write(value[at], plain)
    }
    sink.token(LIST_END)
  }
}

/** So many objects tell whether any of them stand in more than one place. */
const TRIAL = 2_000
const WORTH_IT = 1 / 8

/** Two positions as one number; no response is as long as this. */
const MOST_BYTES = 2 ** 26
const spanOf = (start: number, end: number): number => start * MOST_BYTES + end
const startOf = (span: number): number => Math.floor(span / MOST_BYTES)
const endOf = (span: number): number => span % MOST_BYTES

/** Writes an object that stands in many places once, and copies that, unless hardly any do. */
function writeOnce(write: Write, memories: Memory[]): Write {
  const spans: Memory = new Map()
  let looked = 0
  let found = 0
  let isWorthIt = true
  memories.push(spans)
  return (value, plain) => {
    const span = isWorthIt ? spans.get(value) : undefined
    if (span !== undefined) {
      looked += 1
      found += 1
      sink.repeat(startOf(span), endOf(span))
      return
    }
    const start = sink.position
    write(value, plain)
    if (!isWorthIt) return
    const end = sink.position
    if (end < MOST_BYTES) spans.set(value, spanOf(start, end))
    looked += 1
    if (looked > TRIAL) {
      isWorthIt = found > looked * WORTH_IT
      looked = 0
      found = 0
    }
  }
}

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
      write(value, plain)
    }
  }
  return (value, plain) => {
    if (typeof value !== 'object' || value === null) odd()
    writerFor((value as JsonObject).__typename)(value, plain)
  }
}
