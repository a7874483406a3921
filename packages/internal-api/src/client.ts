import { AppError, internal, upstreamTimeout, upstreamUnavailable } from '@logicspike/errors'
import { Pool, errors as undiciErrors } from 'undici'
import type { InputOf, InternalCall, OutputOf } from './define-call.ts'
import type { InternalServer } from './handlers.ts'

export type InternalClient = {
  /**
   * Asks another service.
   * @throws AppError UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT, or INTERNAL where the answer is wrong
   */
  call<C extends InternalCall>(
    call: C,
    input: InputOf<C>,
    options?: { requestId?: string },
  ): Promise<OutputOf<C>>
  close(): Promise<void>
}

/** Carries a question to a service and its JSON answer back. */
export type InternalTransport = {
  ask(name: string, input: unknown, requestId: string): Promise<unknown>
  close(): Promise<void>
}

/** A client that finds each service's transport by name. */
export function createInternalClient(
  transports: Readonly<Record<string, InternalTransport>>,
): InternalClient {
  return {
    async call(call, input, options = {}) {
      const transport = transports[call.service]
      if (!transport) throw internal(`no way to reach service ${call.service} is configured`)
      const answer = await transport.ask(
        call.name,
        call.input.parse(input),
        options.requestId ?? '',
      )
      const parsed = call.output.safeParse(answer)
      if (!parsed.success) throw internal(`${call.service}/${call.name} answered off contract`)
      return parsed.data as OutputOf<typeof call>
    },
    async close() {
      await Promise.all(Object.values(transports).map((transport) => transport.close()))
    },
  }
}

/**
 * To a service in the same process. The server is looked up at call time, since services of one
 * process need one another and some are made later.
 */
export function inProcessTransport(
  server: () => InternalServer,
  gatewayKey: string,
): InternalTransport {
  return {
    ask: async (name, input, requestId) => {
      try {
        // The JSON round trip keeps both transports alike: nothing but JSON crosses.
        const question: unknown = JSON.parse(JSON.stringify(input))
        return JSON.parse(
          JSON.stringify(await server().answer(name, question, { gatewayKey, requestId })),
        )
      } catch (error) {
        throw error instanceof AppError
          ? error
          : upstreamUnavailable(`internal call ${name}`, error)
      }
    },
    close: async () => {},
  }
}

/** To a service over HTTP with kept-alive connections; `timeoutMs` bounds the whole answer. */
export function httpTransport(options: {
  baseUrl: string
  gatewayKey: string
  timeoutMs?: number
}): InternalTransport {
  const timeoutMs = options.timeoutMs ?? 5_000
  const { origin } = new URL(options.baseUrl)
  const pool = new Pool(origin, { connections: 16, keepAliveTimeout: 55_000 })
  return {
    ask: (name, input, requestId) =>
      askOverHttp(pool, { ...options, timeoutMs }, name, input, requestId),
    close: () => pool.close(),
  }
}

async function askOverHttp(
  pool: Pool,
  options: { gatewayKey: string; timeoutMs: number },
  name: string,
  input: unknown,
  requestId: string,
): Promise<unknown> {
  try {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `/internal/${encodeURIComponent(name)}`,
      headers: {
        'content-type': 'application/json',
        'x-gateway-key': options.gatewayKey,
        'x-request-id': requestId,
      },
      body: JSON.stringify(input),
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    })
    if (statusCode === 200) return await body.json()
    await body.dump()
    throw upstreamUnavailable(`internal call ${name} answered ${statusCode}`)
  } catch (error) {
    if (error instanceof AppError) throw error
    const timedOut =
      error instanceof undiciErrors.HeadersTimeoutError ||
      error instanceof undiciErrors.BodyTimeoutError
    throw (timedOut ? upstreamTimeout : upstreamUnavailable)(`internal call ${name}`, error)
  }
}
