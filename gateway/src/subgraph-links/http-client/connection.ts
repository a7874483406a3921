import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { HttpError } from './http-error.ts'
import { createResponseReader, type HttpResponse } from './response-reader.ts'

export type ConnectionOptions = {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  /** Milliseconds. */
  readonly connectTimeoutMs: number
  readonly maxResponseBytes: number
}

/** One connection, on which one exchange at a time takes place. */
export type Connection = {
  /**
   * Sends a request and is told of what comes of it, once.
   * @param text head and body; each character is a byte
   */
  exchange(text: string, done: Done): void
  /** Ends it now; a running exchange is told nothing. */
  destroy(): void
  /** When it was last used, by `performance.now()`. */
  readonly idleSince: number
  /** For how long it may be idle, in milliseconds; null as long as we like. */
  readonly keepMs: number | null
}

export type Done = (error: Error | null, response: HttpResponse | null) => void

/** Read into again and again: an answer is text before the next part is read. */
const READ_BYTES = 64 * 1024

/**
 * Opens a connection; the first exchange may be asked for at once.
 * @param onClosed told once it is of no more use, whatever the reason
 */
export function openConnection(options: ConnectionOptions, onClosed: () => void): Connection {
  const reader = createResponseReader(options.maxResponseBytes)
  let current: Done | null = null
  let idleSince = performance.now()
  let keepMs: number | null = null
  let isOver = false
  const socket = openSocket(options, receive)
  const connecting = setTimeout(() => {
    fail(new HttpError('broken', `no connection in ${options.connectTimeoutMs} ms`))
  }, options.connectTimeoutMs)
  socket.once(options.isSecure ? 'secureConnect' : 'connect', () => clearTimeout(connecting))
  socket.on('error', (error) => fail(new HttpError('broken', error.message, error)))
  socket.on('end', () => {
    const response = current && attempt(() => reader.end())
    if (response) finish({ ...response, keepMs: 0 })
    fail(new HttpError('broken', 'the other side ended the connection'))
  })
  socket.on('close', () => fail(new HttpError('broken', 'the connection is closed')))

  function receive(bytes: Buffer, length: number): void {
    if (isOver) return
    // Nothing was asked: whatever this is, the next caller must not get it.
    if (!current) {
      destroy()
      return
    }
    const response = attempt(() => reader.read(bytes, length))
    if (response) finish(response)
  }

  function attempt(read: () => HttpResponse | null): HttpResponse | null {
    try {
      return read()
    } catch (error) {
      fail(error as Error)
      return null
    }
  }

  function finish(response: HttpResponse): void {
    const done = current
    current = null
    idleSince = performance.now()
    keepMs = response.keepMs
    if (keepMs === 0) destroy()
    done?.(null, response)
  }

  function fail(error: Error): void {
    const done = current
    destroy()
    done?.(error, null)
  }

  function destroy(): void {
    if (isOver) return
    isOver = true
    current = null
    clearTimeout(connecting)
    socket.destroy()
    onClosed()
  }

  return {
    exchange(text, done) {
      current = done
      socket.write(text, 'latin1')
    },
    destroy,
    get idleSince() {
      return idleSince
    },
    get keepMs() {
      return keepMs
    },
  }
}

function openSocket(
  { host, port, isSecure }: ConnectionOptions,
  receive: (bytes: Buffer, length: number) => void,
): Socket {
  if (isSecure) {
    // Addresses are no names that a server could be asked for by (RFC 6066 §3).
    const servername = isIP(host) ? '' : host
    const socket = connectSecure({ host, port, servername, ALPNProtocols: ['http/1.1'] })
    socket.setNoDelay(true)
    return socket.on('data', (bytes) => receive(bytes, bytes.length))
  }
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  return connectPlain({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    onread: {
      buffer,
      callback(length) {
        receive(buffer, length)
        return true
      },
    },
  })
}
