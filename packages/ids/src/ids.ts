import { v5, v7 } from 'uuid'
import { decodeBase32, encodeBase32, SUFFIX_PATTERN } from './base32.ts'
import { type Noun, type PrefixOf, prefixes } from './prefixes.ts'
import { nextVersion7 } from './version-7.ts'

declare const brand: unique symbol

/** A TypeID: `<prefix>_<26 symbols of base32 UUIDv7>`. Clients must treat it as opaque. */
export type Id<P extends PrefixOf<Noun>> = `${P}_${string}` & { readonly [brand]: P }
export type IdOf<N extends Noun> = Id<PrefixOf<N>>

/** Makes ids; injected through `ctx.ids` so that a test can know them beforehand. */
export type IdFactory = <N extends Noun>(noun: N) => IdOf<N>

/**
 * A new id of a noun. Ids sort by creation time to the millisecond (UUIDv7, RFC 9562 §5.7).
 */
export function newId<N extends Noun>(noun: N): IdOf<N> {
  const suffix = encodeBase32(v7(nextVersion7(), new Uint8Array(16)))
  return `${prefixes[noun]}_${suffix}` as unknown as IdOf<N>
}

/** Of our names, RFC 9562 §6.6; any UUID would do. */
const NAMESPACE = '0c9f8b0e-4d7f-4f3a-9a55-2f0a6c1d7e42'

/** The id that a name always has (UUIDv5, RFC 9562 §5.5): for what others have named already. */
export function idOfName<N extends Noun>(noun: N, name: string): IdOf<N> {
  const suffix = encodeBase32(v5(name, NAMESPACE, new Uint8Array(16)))
  return `${prefixes[noun]}_${suffix}` as unknown as IdOf<N>
}

/** Whether a text is a well-formed id of this noun; says nothing about existence. */
export function isId<N extends Noun>(noun: N, text: unknown): text is IdOf<N> {
  if (typeof text !== 'string') return false
  const prefix = `${prefixes[noun]}_`
  return text.startsWith(prefix) && SUFFIX_PATTERN.test(text.slice(prefix.length))
}

/** The text as an id of this noun, or null where it is malformed or of another noun. */
export function parseId<N extends Noun>(noun: N, text: unknown): IdOf<N> | null {
  return isId(noun, text) ? text : null
}

/** The instant an id was made, to the millisecond; null where the text is not an id. */
export function idCreatedAt(id: string): Date | null {
  const bytes = decodeBase32(id.slice(id.lastIndexOf('_') + 1))
  if (!bytes) return null
  const milliseconds = bytes.slice(0, 6).reduce((sum, byte) => sum * 256 + byte, 0)
  return new Date(milliseconds)
}
