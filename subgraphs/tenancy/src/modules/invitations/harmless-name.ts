import { singleLine } from '@logicspike/mail'

/**
 * What mail programs build addresses of: dots (RFC 3490 §3.1 names three more than ours), colons,
 * slashes and `@` with something on both sides.
 */
const JOINT = /(?<=\S)[.。．｡:/\\@]+(?=\S)/gu

/** Characters that turn the direction of what follows, or are not there to the eye. */
const UNSEEN = /\p{C}/gu

/**
 * A name as it may stand in a mail to a stranger. The workspace's people chose it, so it is treated
 * as hostile: one line, nothing invisible, and nothing that a mail program turns into a link.
 * Escaping for HTML comes after it, where the letter is composed.
 */
export const harmlessName = (name: string): string =>
  singleLine(name.replace(UNSEEN, ' ').replace(JOINT, ' '))
