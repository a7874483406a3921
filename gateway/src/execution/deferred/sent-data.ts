import { isJsonObject, type JsonObject, setOwn } from '../json.ts'
import type { DeferredPart } from './execute-deferred.ts'

/** The data of a response as a client has it that has received these parts. */
export type SentData = {
  add(part: Pick<DeferredPart, 'path' | 'data'>): void
  readonly data: JsonObject
}

/** @param first data of the first part; not changed */
export function createSentData(first: JsonObject): SentData {
  const data = structuredClone(first)
  return {
    data,
    add(part) {
      const target = part.path.reduce<unknown>(
        (value, step) => (value as Record<string | number, unknown> | null)?.[step],
        data,
      )
      if (part.data && isJsonObject(target)) merge(target, structuredClone(part.data))
    },
  }
}

function merge(target: JsonObject, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) {
    setOwn(target, key, merged(target[key], value))
  }
}

function merged(present: unknown, value: unknown): unknown {
  if (Array.isArray(present) && Array.isArray(value)) {
    return value.map((item, at) => merged(present[at], item))
  }
  if (!isJsonObject(present) || !isJsonObject(value)) return value
  merge(present, value)
  return present
}
