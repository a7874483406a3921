import { hash } from 'node:crypto'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Duplex } from 'node:stream'
import { badRequest } from '@logicspike/errors'
import type { FastifyRequest } from 'fastify'
import type { Visit } from './note-service.ts'
import type { Admitted } from './service.route.ts'
import {
  asAppError,
  isConnectionError,
  isServersFault,
  serviceFailed,
  serviceUnavailable,
} from './service-failures.ts'
import type { Upstream } from './upstreams.ts'

export type WebSocketAnswer =
  | {
      readonly kind: 'open'
      readonly head: IncomingMessage
      readonly server: Duplex
      /** What the server has sent already. */
      readonly rest: Buffer
    }
  | { readonly kind: 'refused'; readonly head: IncomingMessage }

/** RFC 6455 §1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** 16 bytes in base64 (RFC 6455 §4.1). */
const KEY = /^[A-Za-z0-9+/]{22}==$/
/** Of the server's handshake; the rest of its headers is dropped. */
const ANSWERED = ['sec-websocket-protocol', 'sec-websocket-extensions'] as const

/**
 * Whether an upgrade is the handshake of RFC 6455 §4.2.1, and not one to some other protocol, which
 * would lead a client round everything that is decided here (`h2c`).
 * @throws AppError BAD_REQUEST
 */
export function checkHandshake(
  { method, raw: { httpVersion }, headers }: FastifyRequest,
  takesWebSockets: boolean,
): void {
  const isHandshake =
    method === 'GET' &&
    httpVersion === '1.1' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    KEY.test(String(headers['sec-websocket-key']))
  if (!isHandshake) throw badRequest('The only upgrade is that to a WebSocket, by GET.')
  if (!takesWebSockets) throw badRequest('This service takes no WebSockets.')
}

/**
 * Asks a server of the service for a WebSocket, and another one where the first cannot be connected to.
 * @throws AppError
 */
export async function askForWebSocket(
  admitted: Admitted,
  { log }: Visit,
): Promise<WebSocketAnswer> {
  const { definition, upstreams } = admitted.service
  const service = definition.name
  const first = upstreams.next()
  if (!first) throw serviceUnavailable(service)
  try {
    return await shakeHands(first, admitted)
  } catch (error) {
    log.warn({ err: error, service, upstream: first.origin }, 'an upstream failed')
    const second = isConnectionError(error) ? upstreams.next(first) : null
    if (!second) throw asAppError(service, error)
    return await shakeHands(second, admitted).catch((again: unknown) => {
      throw asAppError(service, again)
    })
  }
}

async function shakeHands(upstream: Upstream, admitted: Admitted): Promise<WebSocketAnswer> {
  let isFailure = false
  try {
    return await exchangeHandshake(upstream.origin, admitted)
  } catch (error) {
    isFailure = !admitted.signal.aborted && isServersFault(error)
    throw error
  } finally {
    upstream.settle(isFailure)
  }
}

function exchangeHandshake(origin: string, admitted: Admitted): Promise<WebSocketAnswer> {
  const { path, signal, service } = admitted
  const headers = grouped(admitted.headers)
  const [key = ''] = headers['sec-websocket-key'] ?? []
  const { timeoutMs } = service.definition
  const ask = origin.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const asked = ask(`${origin}${path}`, {
      headers: { ...headers, connection: 'Upgrade', upgrade: 'websocket' },
      agent: false,
      signal,
      timeout: timeoutMs,
    })
    asked.once('timeout', () => asked.destroy(late(timeoutMs)))
    asked.once('error', reject)
    asked.once('response', (head) => resolve({ kind: 'refused', head }))
    asked.once('upgrade', (head, server, rest) => {
      if (isAccepted(head, key)) return resolve({ kind: 'open', head, server, rest })
      server.destroy()
      reject(serviceFailed(service.definition.name))
    })
    asked.end()
  })
}

function isAccepted({ headers }: IncomingMessage, key: string): boolean {
  const accept = hash('sha1', `${key}${ACCEPT_GUID}`, 'base64')
  return (
    headers.upgrade?.toLowerCase() === 'websocket' && headers['sec-websocket-accept'] === accept
  )
}

const late = (timeoutMs: number): Error =>
  Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: 'ETIMEDOUT' })

/** @param lines names and values in turn */
function grouped(lines: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {}
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const name = lines[at] ?? ''
    headers[name] = [...(headers[name] ?? []), lines[at + 1] ?? '']
  }
  return headers
}

/** The answer to the client's handshake, made anew from the server's. */
export function switchingHead({ headers }: IncomingMessage, requestId: string): string {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'upgrade: websocket',
    'connection: Upgrade',
    `sec-websocket-accept: ${headers['sec-websocket-accept']}`,
    ...ANSWERED.flatMap((name) => (headers[name] ? [`${name}: ${headers[name]}`] : [])),
    `x-request-id: ${requestId}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
