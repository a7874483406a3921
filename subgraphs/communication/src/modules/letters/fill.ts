/** What stands in the place of each name in braces. */
export type Values = Readonly<Record<string, string>>

/** Style sheets hold braces as well, but never a bare word between them. */
const PLACE = /\{([A-Za-z]+)\}/g

/**
 * Puts values into the places that a text keeps for them, in one pass: what a value holds is never
 * taken for a place itself.
 * @throws Error where a place has no value: the words and their kind do not fit, which is our mistake
 */
export function fill(
  text: string,
  values: Values,
  spell: (value: string) => string = (value) => value,
): string {
  return text.replace(PLACE, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw new Error(`The words mention {${name}}, which is not known.`)
    return spell(value)
  })
}
