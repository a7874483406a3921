import { Readable } from 'node:stream'
import { HeaderMap } from '@apollo/server'
import { badRequest, type ErrorCode } from '@logicspike/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AskedOperation, answerOperation, type OperationDoor } from '../answer-operation.ts'
import type { RequestScope } from '../request-scope.ts'
import { sendAnswer } from '../routes/send-answer.ts'
import type { SubscriptionSlot } from '../supergraph/subscription-slot.ts'
import { COMPLETE, eventStreamText, nextEvent } from './event-stream-text.ts'
import type { StreamDesk } from './stream-desk.ts'

type Options = OperationDoor & { readonly desk: StreamDesk }

/** Longer than any cursor of ours; what is longer was never given by us. */
const MAX_CURSOR_LENGTH = 1_000

/** Whether a client takes Server-Sent Events; by name, as an asterisk is said by those who do not. */
export function asksForEvents({ headers, method }: FastifyRequest): boolean {
  const isMethod = method === 'GET' || method === 'POST'
  return isMethod && mediaTypes(headers.accept).includes('text/event-stream')
}

/**
 * Answers an operation as GraphQL over SSE asks for ("distinct connections mode" of graphql-sse's
 * PROTOCOL.md): a stream of results, or one result and the end. What is wrong with a document is a
 * result too; what is wrong with the request, or with who sends it, is an HTTP status.
 * Who takes JSON as well gets that where there is nothing to stream.
 */
export async function answerEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: AskedOperation,
  options: Options,
) {
  const subscription: SubscriptionSlot = { prepared: null }
  const answered = await answerOperation(options, {
    ...asked,
    transport: 'sse',
    http: asPost(request, asked),
    subscription,
    isReadOnly: request.method === 'GET',
  })
  const { response, status, setCookies, scope, context } = answered
  const { prepared } = subscription
  if (!prepared || !context) {
    const { body } = response
    const isWhole = body.kind === 'complete' && isResult(status, scope)
    if (!isWhole || takesJson(request) || context?.deferral?.later) {
      return sendAnswer(reply, answered)
    }
    if (setCookies.length > 0) reply.header('set-cookie', [...setCookies])
    return asEventStream(reply).send(nextEvent(body.string.trim(), null) + COMPLETE)
  }

  const { desk } = options
  const giveBack = countConnection(desk, context)
  let isCut = false
  try {
    const after = lastEventId(request)
    const stream = await desk.streams.open({ prepared, context, after, scope, transport: 'sse' })
    const unwatch = desk.callers.watch(context, (ending) => {
      isCut = true
      stream.end(ending)
    })
    // Of the answer, as the connection may carry others at the same time and after it.
    reply.raw.once('close', () => stream.end('left'))
    void stream.over.then(() => {
      unwatch()
      giveBack()
    })
    const { pingMs } = desk.limits
    const text = eventStreamText(stream, { scope, pingMs, isCut: () => isCut })
    // By characters, so that a client that is not reading is not written to for long.
    return asEventStream(reply).send(Readable.from(text, { objectMode: false, highWaterMark: 1 }))
  } catch (error) {
    giveBack()
    throw error
  }
}

/**
 * Whether an answer is one to the operation, be it that it is refused. What is wrong with the
 * request as such is known by its code, as Apollo Server gives either the status 400.
 */
function isResult(status: number, { errorCodes }: RequestScope): boolean {
  const isOfRequest = errorCodes.some((code) => NO_RESULTS.has(code))
  return status === 200 || (status === 400 && !isOfRequest)
}

const NO_RESULTS: ReadonlySet<ErrorCode> = new Set(['BAD_REQUEST', 'OPERATION_TOO_COSTLY'])

function countConnection({ connections }: StreamDesk, { clientIp, principal }: Client): () => void {
  const ofAddress = connections.ofAddress(clientIp)
  try {
    const ofCaller = connections.ofCaller(principal)
    return () => {
      ofAddress()
      ofCaller()
    }
  } catch (error) {
    ofAddress()
    throw error
  }
}

type Client = Pick<
  NonNullable<Awaited<ReturnType<typeof answerOperation>>['context']>,
  'clientIp' | 'principal'
>

function asEventStream(reply: FastifyReply): FastifyReply {
  return (
    reply
      .code(200)
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      // Proxies of the nginx kind hold back what is small otherwise.
      .header('x-accel-buffering', 'no')
  )
}

/**
 * The same request by POST, as Apollo Server lets no subscription come by GET. Its headers stay,
 * and with them its prevention of CSRF.
 * @throws AppError BAD_REQUEST
 */
function asPost(request: FastifyRequest, { http }: AskedOperation) {
  const { method, query } = request
  const headers = new HeaderMap(http.headers)
  headers.set('accept', takesJson(request) ? withoutEvents(request) : 'application/json')
  if (method === 'POST') return { ...http, headers }
  const { variables, extensions, ...rest } = query as Record<string, string | undefined>
  const body = {
    ...rest,
    ...(variables !== undefined && { variables: fromJson(variables) }),
    ...(extensions !== undefined && { extensions: fromJson(extensions) }),
  }
  return { method: 'POST', headers, search: '', body }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest('`variables` and `extensions` are JSON.')
  }
}

function lastEventId({ headers }: FastifyRequest): string | null {
  const id = headers['last-event-id']
  if (typeof id !== 'string' || id === '') return null
  if (id.length > MAX_CURSOR_LENGTH) throw badRequest('This is no event id of ours.')
  return id
}

function takesJson({ headers }: FastifyRequest): boolean {
  return mediaTypes(headers.accept).some((type) =>
    ['application/json', 'application/graphql-response+json', '*/*'].includes(type),
  )
}

/** What a client takes instead of events, in its own words. */
const withoutEvents = ({ headers }: FastifyRequest): string =>
  (headers.accept ?? '')
    .split(',')
    .filter((part) => !part.toLowerCase().includes('text/event-stream'))
    .join(',')

/** Media types of an `accept` header that are wanted at all. */
function mediaTypes(accept: string | undefined): string[] {
  return (accept ?? '')
    .toLowerCase()
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.split(';')[0]?.trim() ?? '')
}
