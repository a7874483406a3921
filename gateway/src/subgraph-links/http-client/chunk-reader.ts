import { malformed, tooLarge } from './http-error.ts'

/** Reads the body of a chunked message (RFC 9112 §7.1). Trailers and extensions are skipped. */
export type ChunkReader = {
  /**
   * @param bytes valid during the call only
   * @returns the body once it is whole; null until then
   * @throws HttpError where they are no chunks, are too many, or something comes after the last
   */
  read(bytes: Buffer): Buffer | null
}

type Awaited = 'size' | 'data' | 'end of data' | 'trailer'

const CHUNK_SIZE = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i
/** Longer lines than this hold nothing honest. */
const MOST_LINE_BYTES = 4_096
const LINE_END = '\r\n'
const TRAILER = /^[!#$%&'*+\-.^_`|~\w]+:[^\0\r\n]*$/

export function createChunkReader(maxBodyBytes: number): ChunkReader {
  const parts: Buffer[] = []
  let length = 0
  let awaited: Awaited = 'size'
  /** Bytes of the chunk that have not come yet. */
  let left = 0
  /** The beginning of a line. */
  let pending: Buffer | null = null

  function takeLine(rest: Buffer): { line: string; rest: Buffer } | null {
    const end = rest.indexOf(LINE_END, 0, 'latin1')
    // The last byte may be the first of a line's end.
    if ((end < 0 ? rest.length - 1 : end) > MOST_LINE_BYTES) {
      throw malformed('a line without end between chunks')
    }
    if (end < 0) {
      pending = Buffer.from(rest)
      return null
    }
    return { line: rest.toString('latin1', 0, end), rest: rest.subarray(end + LINE_END.length) }
  }

  function takeData(rest: Buffer): Buffer {
    const taken = rest.subarray(0, left)
    length += taken.length
    if (length > maxBodyBytes) throw tooLarge(maxBodyBytes)
    parts.push(Buffer.from(taken))
    left -= taken.length
    if (left === 0) awaited = 'end of data'
    return rest.subarray(taken.length)
  }

  /** What a line that was awaited means; true for the last of all. */
  function understand(line: string): boolean {
    if (awaited === 'trailer') {
      if (line !== '' && !TRAILER.test(line)) throw malformed('a trailer that is none')
      return line === ''
    }
    if (awaited === 'end of data') {
      if (line !== '') throw malformed('a chunk longer than it says')
      awaited = 'size'
      return false
    }
    const size = CHUNK_SIZE.exec(line)?.[1]
    if (size === undefined) throw malformed('a chunk without size')
    left = Number.parseInt(size, 16)
    awaited = left === 0 ? 'trailer' : 'data'
    return false
  }

  /** Takes what is awaited. Null where it is not whole, `done` where nothing is awaited any more. */
  function take(bytes: Buffer): { rest: Buffer; done: boolean } | null {
    if (awaited === 'data') return { rest: takeData(bytes), done: false }
    const taken = takeLine(bytes)
    return taken && { rest: taken.rest, done: understand(taken.line) }
  }

  return {
    read(bytes) {
      let rest = pending ? Buffer.concat([pending, bytes]) : bytes
      pending = null
      while (rest.length > 0) {
        const taken = take(rest)
        if (!taken) return null
        rest = taken.rest
        if (!taken.done) continue
        if (rest.length > 0) throw malformed('more bytes than the answer has')
        return Buffer.concat(parts)
      }
      return null
    },
  }
}
