import type { Dispatcher, Pool } from 'undici'

export type Exchange = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** For the whole of it, from connecting to the last byte. Milliseconds. */
  readonly timeoutMs: number
  /** Bytes; of a longer answer no more is read. */
  readonly maxResponseBytes: number
  readonly signal: AbortSignal | undefined
}

export type Exchanged = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Thrown where an exchange took too long or had too long an answer. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError'
  readonly kind: 'late' | 'large'

  constructor(kind: 'late' | 'large', message: string) {
    super(message)
    this.kind = kind
  }
}

/**
 * Posts a text and takes the whole answer as text. By the dispatcher rather than `pool.request`:
 * a stream, two signals and their listeners for each fetch cost more than all the rest of it.
 * @throws ExchangeError, the signal's reason, or undici's error of the connection
 */
export function exchange(pool: Pool, options: Exchange): Promise<Exchanged> {
  const { path, headers, body, timeoutMs, maxResponseBytes, signal } = options
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let controller: Dispatcher.DispatchController | null = null
    let ended: Error | null = null
    let length = 0
    let status = 0
    let received: Exchanged['headers'] = {}

    const end = (error: Error) => {
      ended ??= error
      settle(() => reject(ended))
      controller?.abort(error)
    }
    const onAbort = () => end(asError(signal?.reason))
    const timer = setTimeout(() => {
      end(new ExchangeError('late', `no whole answer in ${timeoutMs} ms`))
    }, timeoutMs)

    function settle(how: () => void): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      how()
    }

    if (signal?.aborted) {
      onAbort()
      return
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    pool.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart(started) {
          controller = started
          if (ended) started.abort(ended)
        },
        onResponseStart(_, statusCode, responseHeaders) {
          status = statusCode
          received = responseHeaders
        },
        onResponseData(_, part) {
          length += part.length
          parts.push(part)
          if (length > maxResponseBytes) {
            end(new ExchangeError('large', `an answer of more than ${maxResponseBytes} bytes`))
          }
        },
        onResponseEnd() {
          settle(() => resolve({ status, headers: received, text: textOf(parts) }))
        },
        onResponseError(_, error) {
          settle(() => reject(ended ?? error))
        },
      },
    )
  })
}

function textOf(parts: readonly Buffer[]): string {
  const [first, ...others] = parts
  if (!first) return ''
  return (others.length === 0 ? first : Buffer.concat(parts)).toString('utf8')
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('nobody waits for it any more')
