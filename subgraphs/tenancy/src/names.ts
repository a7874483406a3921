import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'

/** Control and format characters hide or reorder what people read (Unicode categories Cc, Cf). */
const INVISIBLE = /[\p{Cc}\p{Cf}]/u

/** What mail programs turn into a link by themselves, whatever we escape. */
const LINK_LIKE = /:\/\/|\bwww\./i

/**
 * A name that people give to a workspace or role, and that others read in lists and mails:
 * normalized (NFC), trimmed, single blanks.
 * @returns the name, or what is wrong with it at `path` of the input
 */
export function parseName(
  text: string,
  limits: { readonly max: number },
  ...path: string[]
): { ok: true; name: string } | { ok: false; error: InvalidInputError } {
  const refused = (message: string) =>
    ({ ok: false, error: invalidInput(message, ...path) }) as const
  if (INVISIBLE.test(text)) return refused('A name has no invisible characters.')
  const name = text.normalize('NFC').trim().replace(/\s+/g, ' ')
  if (name === '') return refused('A name is not empty.')
  if ([...name].length > limits.max) return refused(`A name has at most ${limits.max} characters.`)
  if (LINK_LIKE.test(name)) return refused('A name is not an address.')
  return { ok: true, name }
}

/** Names that differ in case alone have the same key. */
export const nameKeyOf = (name: string): string => name.normalize('NFKC').toLowerCase()
