import { connect, type Socket } from 'node:net'

/**
 * A load generator that costs little itself: so many connections, on each the next request as soon
 * as the answer is there. Run as a process with an IPC channel; it measures what it is told to.
 */
export type LoadOrder = {
  readonly port: number
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether each request bears a seed of its own, so that no two are alike. */
  readonly varied: boolean
  readonly connections: number
  readonly seconds: number
  /** Ends before the time is up, once so many are answered: for warming up. */
  readonly most?: number
}

export type LoadReport = {
  readonly requests: number
  readonly seconds: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Answers with errors or another status than 200. */
  readonly failures: number
  /** Bytes of the last body. */
  readonly size: number
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n')
const ERRORS = Buffer.from('"errors"')

let lastSeed = 0

function requestBytes(order: LoadOrder): Buffer {
  lastSeed += 1
  const variables = order.varied ? { seed: String(lastSeed) } : undefined
  const body = JSON.stringify({ query: order.query, variables })
  const headers = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...order.headers,
  })
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${lines}\r\n${body}`)
}

type Received = { parts: Buffer[]; length: number; expected: number | null }

/** Length of the answer where its head tells, -1 for one in chunks, null where there is no head yet. */
function expectedLength(received: Buffer): number | null {
  const end = received.indexOf(HEAD_END)
  if (end < 0) return null
  const length = /content-length: *(\d+)/i.exec(received.toString('latin1', 0, end))?.[1]
  return length === undefined ? -1 : end + 4 + Number(length)
}

function take(received: Received, part: Buffer): Buffer | null {
  received.parts.push(part)
  received.length += part.length
  received.expected ??= expectedLength(Buffer.concat(received.parts))
  const { expected } = received
  if (expected === null || (expected >= 0 && received.length < expected)) return null
  if (expected === -1 && !Buffer.concat(received.parts.slice(-2)).subarray(-7).equals(LAST_CHUNK)) {
    return null
  }
  const whole = Buffer.concat(received.parts)
  received.parts = []
  received.length = 0
  received.expected = null
  return whole
}

function run(order: LoadOrder): Promise<LoadReport> {
  const fixed = order.varied ? null : requestBytes(order)
  const times: number[] = []
  const sockets: Socket[] = []
  const most = order.most ?? Number.POSITIVE_INFINITY
  let failures = 0
  let size = 0
  const start = performance.now()
  const end = start + order.seconds * 1000

  function open(closed: () => void): void {
    const socket = connect(order.port, '127.0.0.1')
    const received: Received = { parts: [], length: 0, expected: null }
    let sentAt = 0
    const send = () => {
      sentAt = performance.now()
      socket.write(fixed ?? requestBytes(order))
    }
    socket.setNoDelay(true)
    socket.on('connect', send)
    socket.on('error', closed)
    socket.on('close', closed)
    socket.on('data', (part) => {
      const answer = take(received, part)
      if (!answer) return
      const now = performance.now()
      size = answer.length
      if (now < end) times.push(now - sentAt)
      if (answer.subarray(9, 12).toString() !== '200' || answer.includes(ERRORS)) failures += 1
      if (now < end && times.length < most) send()
      else socket.end()
    })
    sockets.push(socket)
  }

  return new Promise((resolve) => {
    let ended = 0
    let isOver = false
    const finish = () => {
      if (isOver) return
      isOver = true
      for (const socket of sockets) socket.destroy()
      times.sort((one, other) => one - other)
      const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN
      const seconds = order.seconds
      resolve({ requests: times.length, seconds, p50: at(0.5), p99: at(0.99), failures, size })
    }
    for (let count = 0; count < order.connections; count += 1) {
      open(() => {
        ended += 1
        if (ended >= order.connections) finish()
      })
    }
    setTimeout(finish, order.seconds * 1000 + 5_000).unref()
  })
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((report) => process.send?.(report))
})
process.on('disconnect', () => process.exit())
