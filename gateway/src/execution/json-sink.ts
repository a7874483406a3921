/**
 * JSON text under way, as UTF-8 in memory that is used again for the next. Text put together of
 * strings costs an object for each of its parts, which are then copied more than once; here each
 * byte is written once, and what stands in many places is copied as it stands.
 */
export type JsonSink = {
  /** Where the next byte goes. */
  readonly position: number
  begin(): void
  /** What was written since it began, in memory of its own. */
  take(): Buffer
  /** Text that was encoded before. */
  token(token: Uint8Array): void
  /** JSON text. */
  text(text: string): void
  /** A string whose characters are all ASCII and need no escaping. */
  plainString(value: string): void
  /** What was written from one position to another, once more. */
  repeat(start: number, end: number): void
}

const USUAL_BYTES = 256 * 1024
const PIECE_BYTES = 1024 * 1024
/** Characters up to which a loop is faster than a call out of JavaScript. */
const SHORT = 40
const QUOTE = 0x22
const LAST_ASCII = 0x7f
/** Bytes of UTF-8 for one UTF-16 unit. */
const MOST_BYTES = 3

export const encoded = (text: string): Uint8Array => Buffer.from(text)

export function createJsonSink(): JsonSink {
  let bytes = Buffer.allocUnsafeSlow(USUAL_BYTES)
  let at = 0
  let piece = Buffer.alloc(0)
  let used = 0

  function reserve(count: number): void {
    if (at + count <= bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, at + count))
    bytes.copy(larger, 0, 0, at)
    bytes = larger
  }

  /** Memory for one text: most get a part of a larger piece, since asking for a piece is dear. */
  function memoryOf(length: number): Buffer {
    if (length > PIECE_BYTES / 4) return Buffer.allocUnsafeSlow(length)
    if (used + length > piece.length) {
      piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
      used = 0
    }
    used += length
    return piece.subarray(used - length, used)
  }

  /** @returns whether all of it was ASCII; else nothing is written */
  function writeShort(text: string): boolean {
    let next = at
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > LAST_ASCII) return false
      bytes[next] = code
      next += 1
    }
    at = next
    return true
  }

  return {
    get position() {
      return at
    },
    begin() {
      at = 0
      // One large response is no reason to hold so much for ever.
      if (bytes.length > 16 * USUAL_BYTES) bytes = Buffer.allocUnsafeSlow(USUAL_BYTES)
    },
    take() {
      const taken = memoryOf(at)
      bytes.copy(taken, 0, 0, at)
      return taken
    },
    token(token) {
      const { length } = token
      reserve(length)
      for (let index = 0; index < length; index += 1) bytes[at + index] = token[index] as number
      at += length
    },
    text(text) {
      reserve(text.length * MOST_BYTES)
      if (text.length <= SHORT && writeShort(text)) return
      at += bytes.write(text, at, 'utf8')
    },
    plainString(value) {
      reserve(value.length + 2)
      bytes[at] = QUOTE
      at += 1
      if (value.length > SHORT) at += bytes.write(value, at, 'latin1')
      else writeShort(value)
      bytes[at] = QUOTE
      at += 1
    },
    repeat(start, end) {
      reserve(end - start)
      bytes.copyWithin(at, start, end)
      at += end - start
    },
  }
}
