import { type Cancellation, Cancelled } from './cancellation.ts'
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts'
import { HttpError } from './http-error.ts'
import type { HttpResponse } from './response-reader.ts'

export type PostRequest = {
  /** Header lines, each ended by CRLF; without `host`, `content-length` and `connection`. */
  readonly headers: string
  readonly body: string
  readonly cancellation: Cancellation | null
}

/** Posts to one URL. */
export type HttpClient = {
  /**
   * Takes the whole answer as text.
   * @throws HttpError, or `Cancelled` where nobody waits any more
   */
  post(request: PostRequest): Promise<HttpResponse>
  /** Takes no more requests and resolves once those under way have ended. */
  close(): Promise<void>
}

export type HttpClientOptions = {
  readonly url: URL
  /** For the whole of an exchange, from waiting for a connection to the last byte. Milliseconds. */
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  /** At once; more requests than that wait for one, first come first served. */
  readonly connections: number
  /** For how long an idle one is kept. Milliseconds. */
  readonly keepAliveMs: number
  readonly maxResponseBytes: number
}

type Exchange = {
  /** Head and body; each character is a byte. */
  readonly text: string
  /** On which it takes place; null while it waits for one. */
  connection: Connection | null
  isOver: boolean
  finish(error: Error | null, response: HttpResponse | null): void
}

const SWEEP_MS = 5_000

/**
 * An HTTP/1.1 client for the one thing that a gateway does a hundred thousand times a second: post a
 * short text to a known server and take the answer as text. No streams, no header objects, one write
 * and mostly one read for each exchange; see docs/decisions/0030-our-own-way-to-subgraphs.md.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { url, timeoutMs, keepAliveMs } = options
  const connectionOptions = connectionOptionsOf(options)
  const start = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n`
  /** Used last comes first: those that are not needed grow old and go. */
  const idle: Connection[] = []
  const open = new Set<Connection>()
  const waiting: Exchange[] = []
  let underWay = 0
  let closed: PromiseWithResolvers<void> | null = null
  const sweeping = setInterval(sweep, SWEEP_MS).unref()

  function sweep(): void {
    const now = performance.now()
    for (const connection of [...idle]) if (!isFit(connection, now)) connection.destroy()
  }

  const isFit = ({ idleSince, keepMs }: Connection, now: number): boolean =>
    now - idleSince < Math.min(keepAliveMs, keepMs ?? keepAliveMs)

  function connectionAtHand(): Connection | null {
    for (let last = idle.pop(); last; last = idle.pop()) {
      if (isFit(last, performance.now())) return last
      last.destroy()
    }
    return open.size < options.connections ? openAnother() : null
  }

  function openAnother(): Connection {
    const connection = openConnection(connectionOptions, () => {
      open.delete(connection)
      const at = idle.indexOf(connection)
      if (at >= 0) idle.splice(at, 1)
    })
    open.add(connection)
    return connection
  }

  function begin(exchange: Exchange): void {
    const connection = connectionAtHand()
    if (connection) run(exchange, connection)
    else waiting.push(exchange)
  }

  function run(exchange: Exchange, connection: Connection): void {
    exchange.connection = connection
    connection.exchange(exchange.text, (error, response) => {
      if (!error && open.has(connection)) idle.push(connection)
      exchange.finish(error, response)
      runNext()
    })
  }

  function runNext(): void {
    while (waiting.length > 0) {
      const next = waiting.shift()
      if (!next || next.isOver) continue
      const connection = connectionAtHand()
      if (connection) run(next, connection)
      else waiting.unshift(next)
      return
    }
  }

  function ended(): void {
    underWay -= 1
    if (underWay === 0) closed?.resolve()
  }

  return {
    post({ headers, body, cancellation }) {
      if (closed) return Promise.reject(new HttpError('broken', 'the client is closed'))
      if (cancellation?.isCancelled) return Promise.reject(new Cancelled())
      const length = Buffer.byteLength(body)
      underWay += 1
      return new Promise((resolve, reject) => {
        const giveUp = (error: Error) => {
          const { connection } = exchange
          exchange.finish(error, null)
          connection?.destroy()
          runNext()
        }
        const onCancel = () => giveUp(new Cancelled())
        const timer = setTimeout(() => {
          giveUp(new HttpError('late', `no whole answer in ${timeoutMs} ms`))
        }, timeoutMs)
        const exchange: Exchange = {
          text: `${start}${headers}content-length: ${length}\r\n\r\n${bytesOf(body, length)}`,
          connection: null,
          isOver: false,
          finish(error, response) {
            if (exchange.isOver) return
            exchange.isOver = true
            clearTimeout(timer)
            cancellation?.remove(onCancel)
            ended()
            if (response) resolve(response)
            else reject(error)
          },
        }
        cancellation?.add(onCancel)
        begin(exchange)
      })
    },
    async close() {
      clearInterval(sweeping)
      closed ??= Promise.withResolvers()
      if (underWay > 0) await closed.promise
      for (const connection of open) connection.destroy()
    },
  }
}

/** A text as one whose characters are its bytes in UTF-8; most have no others anyway. */
const bytesOf = (text: string, length: number): string =>
  length === text.length ? text : Buffer.from(text).toString('latin1')

function connectionOptionsOf({ url, ...options }: HttpClientOptions): ConnectionOptions {
  const isSecure = url.protocol === 'https:'
  return {
    ...options,
    isSecure,
    // Brackets around an IPv6 address belong to the URL alone.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
  }
}
