import { createServer, type Server } from 'node:net'

/*
 * A port that was free a moment ago may be anybody's when the process it was found for listens: the
 * system hands out those it calls ephemeral to every connection that is opened. So ports come from
 * below that range (Linux: 32768, macOS: 49152), in rows, and a row is this process's for as long as
 * it listens on the row's first port, which only one process can.
 */
const FIRST_ROW = 20_000
const ROWS = 700
const PORTS_OF_A_ROW = 16

/** The row this process takes ports from now. */
let row: { next: number; end: number } | null = null
let taking: Promise<unknown> = Promise.resolve()

/** A port of the loopback interface that no other caller is given while this process runs. */
export function reservePort(): Promise<number> {
  return reservePorts(1)
}

/**
 * Reserves neighbouring ports of the loopback interface until this process ends.
 * @param count at most 15
 * @returns the first of them
 * @throws RangeError where more are asked for; Error where none are left
 */
export function reservePorts(count: number): Promise<number> {
  if (count >= PORTS_OF_A_ROW) throw new RangeError(`At most ${PORTS_OF_A_ROW - 1} ports at once.`)
  const taken = taking.then(() => takePorts(count))
  taking = taken.catch(() => undefined)
  return taken
}

async function takePorts(count: number): Promise<number> {
  for (;;) {
    if (!row || row.next + count > row.end) row = await takeRow()
    const first = row.next
    row.next += count
    const ports = Array.from({ length: count }, (_, index) => first + index)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return first
  }
}

async function takeRow(): Promise<{ next: number; end: number }> {
  // Processes start to look in different places, lest each tries all rows of the others.
  const start = process.pid % ROWS
  for (let turn = 0; turn < ROWS; turn += 1) {
    const first = FIRST_ROW + ((start + turn) % ROWS) * PORTS_OF_A_ROW
    const lock = await listen(first)
    // It must not keep the process from ending.
    lock?.unref()
    if (lock) return { next: first + 1, end: first + PORTS_OF_A_ROW }
  }
  throw new Error('All ports from 20000 to 31199 are reserved: end what holds them.')
}

async function isFree(port: number): Promise<boolean> {
  const probe = await listen(port)
  if (!probe) return false
  await new Promise((closed) => probe.close(closed))
  return true
}

/** Null where somebody listens already. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
