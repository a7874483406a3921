import type { GatewayKeyring } from '@logicspike/auth'
import { AppError, badRequest, forbidden, notFound, unauthenticated } from '@logicspike/errors'
import type { InputOf, InternalCall, OutputOf } from './define-call.ts'

/** Who asks, and the id of the request on whose behalf. */
export type InternalRequest = { readonly caller: string; readonly requestId: string }

type Handler<C extends InternalCall> = (
  input: InputOf<C>,
  request: InternalRequest,
) => Promise<OutputOf<C>>

export type InternalHandler = {
  readonly call: InternalCall
  readonly handle: (input: unknown, request: InternalRequest) => Promise<unknown>
}

/** Binds a contract to the function that answers it; both ends of the answer are checked. */
export function handleInternalCall<C extends InternalCall>(
  call: C,
  handler: Handler<C>,
): InternalHandler {
  return {
    call,
    handle: async (input, request) => {
      const parsed = call.input.safeParse(input)
      if (!parsed.success) throw badRequest(`The input of ${call.name} is malformed.`)
      return call.output.parse(await handler(parsed.data as InputOf<C>, request))
    },
  }
}

export type InternalServer = {
  /** @throws AppError UNAUTHENTICATED (no valid key), FORBIDDEN (not for this caller), NOT_FOUND */
  answer(name: string, input: unknown, headers: InternalHeaders): Promise<unknown>
}

export type InternalHeaders = {
  readonly gatewayKey: string | undefined
  readonly requestId: string
}

/** The internal side of a service: the same checks whether asked over HTTP or in process. */
export function createInternalServer(
  handlers: readonly InternalHandler[],
  keyring: GatewayKeyring,
): InternalServer {
  const byName = new Map(handlers.map((handler) => [handler.call.name, handler]))
  return {
    async answer(name, input, { gatewayKey, requestId }) {
      const caller = keyring.verify(gatewayKey)
      if (!caller) throw unauthenticated('internal call without a valid gateway key')
      const handler = byName.get(name)
      if (!handler) throw notFound('internal call', name)
      if (!handler.call.callers.includes(caller)) throw forbidden(`${caller} may not call ${name}`)
      return handler.handle(input, { caller, requestId })
    },
  }
}

/** An error as it crosses between services: the closed code, nothing internal. */
export function internalFailure(error: unknown): { status: number; body: { code: string } } {
  if (error instanceof AppError) return { status: error.status, body: { code: error.code } }
  return { status: 500, body: { code: 'INTERNAL' } }
}
