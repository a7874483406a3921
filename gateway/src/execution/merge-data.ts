import { isJsonObject, type JsonObject, setOwn } from './json.ts'
import type { TypeConditions } from './type-conditions.ts'

/**
 * Response keys below an object at which other fetches write. Where an answer is used in more than
 * one place, these parts of it are copied for each, and only these.
 */
export type WrittenKeys = ReadonlyMap<string, WrittenKeys>

/**
 * Merges what a subgraph answered for an object into it, in place. Objects are merged with objects,
 * lists of one length item by item; otherwise the later value stands.
 */
export function mergeData(target: JsonObject, source: JsonObject, types: TypeConditions): void {
  for (const key in source) {
    const value = source[key]
    const present = Object.hasOwn(target, key) ? target[key] : undefined
    if (present === undefined || value === null || typeof value !== 'object') {
      if (!keepsType(key, present, value, types)) setOwn(target, key, value)
    } else {
      setOwn(target, key, merged(present, value, types))
    }
  }
}

/** What an object is was said by the subgraph that knows; an interface's name tells less. */
function keepsType(key: string, present: unknown, value: unknown, types: TypeConditions): boolean {
  return key === '__typename' && present !== undefined && types.isAbstract(String(value))
}

function merged(present: unknown, value: object, types: TypeConditions): unknown {
  if (Array.isArray(value)) {
    if (!Array.isArray(present) || present.length !== value.length) return value
    for (let at = 0; at < value.length; at += 1) {
      const item = value[at]
      present[at] =
        typeof item === 'object' && item !== null ? merged(present[at], item, types) : item
    }
    return present
  }
  if (!isJsonObject(present)) return value
  mergeData(present, value as JsonObject, types)
  return present
}

/** A copy of an object of an answer, as deep as others will write into it. */
export function copyWritten(source: JsonObject, keys: WrittenKeys): JsonObject {
  const copy = { ...source }
  for (const [key, below] of keys) {
    const value = copy[key]
    if (typeof value === 'object' && value !== null) copy[key] = copyValue(value, below)
  }
  return copy
}

function copyValue(value: object, keys: WrittenKeys): object {
  if (!Array.isArray(value)) return copyWritten(value as JsonObject, keys)
  return value.map((item) =>
    typeof item === 'object' && item !== null ? copyValue(item, keys) : item,
  )
}
