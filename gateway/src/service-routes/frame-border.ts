import { Transform } from 'node:stream'

export type FrameBorder = {
  /** What a WebSocket server sends goes through it, byte by byte. */
  readonly stream: Transform
  /** Sends a close frame as soon as the frame under way has ended, and nothing after it. */
  close(code: number, reason: string): void
}

/** RFC 6455 §5.5.1: FIN and opcode 8, unmasked, since it goes to a client. */
function closeFrame(code: number, reason: string): Buffer {
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)])
  return Buffer.concat([Buffer.from([0x88, payload.length]), payload])
}

/**
 * Knows where frames end in a stream of them, so that a last one can be put in between. Control
 * frames may stand between the frames of a message (RFC 6455 §5.4).
 */
export function createFrameBorder(): FrameBorder {
  const header: number[] = []
  let payloadLeft = 0
  let last: Buffer | null = null
  let isClosed = false

  const isAtBorder = () => payloadLeft === 0 && header.length === 0

  /** @returns how many bytes of the part belong to frames that may still be sent */
  function advance(part: Buffer): number {
    let at = 0
    while (at < part.length) {
      if (last && isAtBorder()) return at
      if (payloadLeft > 0) {
        const taken = Math.min(payloadLeft, part.length - at)
        payloadLeft -= taken
        at += taken
      } else {
        header.push(part[at] ?? 0)
        at += 1
        if (header.length !== headerLength(header)) continue
        payloadLeft = payloadLength(header)
        header.length = 0
      }
    }
    return at
  }

  function closeAtBorder(): void {
    if (!last || isClosed || !isAtBorder()) return
    isClosed = true
    stream.push(last)
  }

  const stream: Transform = new Transform({
    transform(part: Buffer, _encoding, done) {
      if (!isClosed) {
        const length = advance(part)
        if (length > 0) stream.push(part.subarray(0, length))
        closeAtBorder()
      }
      done()
    },
  })

  return {
    stream,
    close(code, reason) {
      last ??= closeFrame(code, reason)
      closeAtBorder()
    },
  }
}

const MASK_BYTES = 4
const MASKED = 0x80

/** RFC 6455 §5.2: two bytes, those of a longer length, and a mask. */
function headerLength(header: readonly number[]): number {
  const [, second] = header
  if (second === undefined) return 2
  return 2 + lengthBytes(second) + (second & MASKED ? MASK_BYTES : 0)
}

function lengthBytes(second: number): number {
  const length = second & ~MASKED
  if (length === 126) return 2
  return length === 127 ? 8 : 0
}

function payloadLength(header: readonly number[]): number {
  const second = header[1] ?? 0
  const bytes = header.slice(2, 2 + lengthBytes(second))
  if (bytes.length === 0) return second & ~MASKED
  return bytes.reduce((length, byte) => length * 256 + byte, 0)
}
