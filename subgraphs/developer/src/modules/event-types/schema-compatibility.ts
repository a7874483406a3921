/** A JSON Schema, or a part of one. */
type Schema = Readonly<Record<string, unknown>>

/** Keywords that say nothing about which data fits (JSON Schema 2020-12, Validation §9). */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  ...['$comment', '$schema', '$id', 'title', 'description', 'default', 'examples', 'deprecated'],
  ...['readOnly', 'writeOnly'],
])

/**
 * Whether whoever understands data of the old schema understands all data of the new one: what is
 * described may be described better, and objects may get more properties where they were open to
 * any. Every other change, also one that a proof would show to be harmless, is none of these.
 */
export function isCompatible(before: unknown, after: unknown): boolean {
  if (!isObject(before) || !isObject(after)) return isSame(before, after)
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keywords].every((keyword) => {
    if (ANNOTATIONS.has(keyword)) return true
    if (keyword === 'properties') return growsOnly(before, after)
    if (keyword === 'required') return includesAll(after.required, before.required)
    if (keyword === 'items') return isCompatible(before.items, after.items)
    return isSame(before[keyword], after[keyword])
  })
}

/** Every property there was is there and compatible; new ones only where any were allowed. */
function growsOnly(before: Schema, after: Schema): boolean {
  const [old, young] = [before.properties ?? {}, after.properties ?? {}]
  if (!isObject(old) || !isObject(young)) return false
  const isOpen = before.additionalProperties === undefined || before.additionalProperties === true
  const added = Object.keys(young).filter((name) => !Object.hasOwn(old, name))
  return (
    (isOpen || added.length === 0) &&
    Object.keys(old).every((name) => isCompatible(old[name], young[name]))
  )
}

const includesAll = (list: unknown, part: unknown): boolean =>
  part === undefined ||
  (Array.isArray(list) && Array.isArray(part) && part.every((it) => list.includes(it)))

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((it, index) => isSame(it, other[index]))
  }
  if (!isObject(one) || !isObject(other)) return one === other
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  )
}

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
