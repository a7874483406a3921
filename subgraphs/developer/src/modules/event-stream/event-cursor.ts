import { AppError } from '@logicspike/errors'
import type { SecretBox } from '@logicspike/secrets'

/** Whose events are listed, and which: what a cursor is good for. */
export type CursorScope = { readonly tenantId: string; readonly filterDigest: string }

export type CursorBox = Pick<SecretBox, 'sign' | 'isSigned'>

const MAX_LENGTH = 300

/**
 * A place in a workspace's line of events: what comes after `seq`. Opaque, and signed for this
 * workspace and filter, so that it can be neither made up nor used elsewhere.
 */
export function encodeEventCursor(box: CursorBox, scope: CursorScope, seq: number): string {
  return Buffer.from(`${seq}.${box.sign(String(seq), contextOf(scope))}`).toString('base64url')
}

/**
 * @returns the `seq` after which to go on
 * @throws AppError CURSOR_INVALID for whatever is wrong with it; which of it is told to nobody
 */
export function decodeEventCursor(box: CursorBox, scope: CursorScope, cursor: string): number {
  if (cursor.length > MAX_LENGTH) throw invalidCursor()
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const [, seq = '', signature = ''] = /^(0|[1-9][0-9]{0,15})\.(.+)$/s.exec(text) ?? []
  if (seq === '' || !box.isSigned(seq, signature, contextOf(scope))) throw invalidCursor()
  // The same place has one cursor: what base64url would also read as it is none.
  if (Buffer.from(text).toString('base64url') !== cursor) throw invalidCursor()
  return Number(seq)
}

const contextOf = ({ tenantId, filterDigest }: CursorScope): string =>
  `event cursor 1:${tenantId}:${filterDigest}`

const invalidCursor = (): AppError =>
  new AppError('CURSOR_INVALID', 'The cursor is not one of this stream and workspace.')

/** @param oldestCursor with which everything that is still kept is listed */
export const expiredCursor = (oldestCursor: string): AppError =>
  new AppError('CURSOR_EXPIRED', 'What followed the cursor is no longer kept.', {
    extensions: { oldestCursor },
  })
