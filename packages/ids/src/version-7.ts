import { randomFillSync } from 'node:crypto'

/** What a UUIDv7 is made of (RFC 9562 §5.7), as `uuid` takes it. */
export type Version7Parts = {
  /** Milliseconds since 1970. */
  readonly msecs: number
  /** 32 bits that grow within a millisecond, so that ids of one process sort as they were made (§6.2). */
  readonly seq: number
  readonly random: Uint8Array
}

/** Asking the system for random bytes takes as long for thousands as for 16. */
const pool = new Uint8Array(4_096)
let used = pool.length

let lastMsecs = 0
let lastSeq = 0

/** The parts of the next id of this process, to be used at once. No random byte is given out twice. */
export function nextVersion7(): Version7Parts {
  const random = randomBytes(16)
  const now = Date.now()
  if (now > lastMsecs) {
    lastMsecs = now
    // Its first bit is left free, so that there is room to grow.
    lastSeq = new DataView(random.buffer, random.byteOffset).getUint32(6) & 0x7fffffff
  } else {
    lastSeq += 1
  }
  return { msecs: lastMsecs, seq: lastSeq, random }
}

function randomBytes(count: number): Uint8Array {
  if (used + count > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}
