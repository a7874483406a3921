import { finished, Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AnsweredOperation } from '../answer-operation.ts'
import type { DeferredPart } from '../execution/deferred/execute-deferred.ts'
import { createSentData } from '../execution/deferred/sent-data.ts'
import { formatError } from '../plugins/use-error-masking.ts'
import { inScope } from '../request-scope.ts'
import type { DeferralSlot, LaterParts } from '../supergraph/deferral-slot.ts'

/** The incremental delivery that is spoken here, under the name Apollo Client asks for it by. */
const DEFER_SPEC = '20220824'
const CONTENT_TYPE = `multipart/mixed; boundary="-"; deferSpec=${DEFER_SPEC}`
const HEAD = 'content-type: application/json; charset=utf-8\r\n\r\n'

/**
 * Whether a client takes an answer in parts: it names `multipart/mixed`, with no parameters that
 * ask for something else in that form, such as `subscriptionSpec` or a later `incrementalSpec`.
 */
export function takesParts({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '')
    .toLowerCase()
    .split(',')
    .map((range) =>
      range.split(';').map((part) => part.trim().replace(/\s*=\s*"?([^"]*)"?$/, '=$1')),
    )
    .some(([type, ...parameters]) => type === 'multipart/mixed' && parameters.every(isUnderstood))
}

function isUnderstood(parameter: string): boolean {
  const [name, value] = parameter.split('=')
  if (name === 'deferspec') return value === DEFER_SPEC
  if (name === 'q') return Number(value) > 0
  return name === 'boundary' || name === ''
}

/**
 * Sends an answer part by part, in the form of incremental delivery over HTTP (graphql-over-http,
 * rfcs/IncrementalDelivery.md). A part is asked for when the one before was taken off our hands.
 */
export function sendParts(
  reply: FastifyReply,
  { response, setCookies, scope }: AnsweredOperation,
  { later, onEnd }: LaterAnswer,
): FastifyReply {
  const sent = createSentData(later.first)
  let count = 0
  // It may have closed already.
  finished(reply.raw, { readable: false }, () => {
    if (scope.operation) scope.operation.deferred = count
    for (const call of onEnd) call(sent.data)
  })

  async function* text(): AsyncGenerator<string> {
    yield `\r\n---\r\n${HEAD}${firstText(response)}\r\n---\r\n`
    for await (const { parts, hasNext } of later.parts) {
      const incremental = await inScope(scope, async () => parts.map((part) => told(part, later)))
      for (const part of parts) sent.add(part)
      count += parts.length
      const body = JSON.stringify({ incremental, hasNext })
      yield `${HEAD}${body}\r\n---${hasNext ? '' : '--'}\r\n`
    }
  }

  if (setCookies.length > 0) reply.header('set-cookie', [...setCookies])
  return (
    reply
      .code(200)
      .type(CONTENT_TYPE)
      .header('cache-control', 'no-store')
      // Proxies of the nginx kind hold back what is small otherwise.
      .header('x-accel-buffering', 'no')
      .send(Readable.from(text(), { objectMode: false, highWaterMark: 1 }))
  )
}

export type LaterAnswer = DeferralSlot & { readonly later: LaterParts }

/** The answer's own text, a JSON object that is never empty, with word of what comes after it. */
function firstText({ body }: AnsweredOperation['response']): string {
  const text = body.kind === 'complete' ? body.string.trim() : '{"data":null}'
  return `${text.slice(0, -1)},"hasNext":true}`
}

function told({ fragment, path, data, errors }: DeferredPart, { labelOf }: LaterParts) {
  const label = labelOf(fragment)
  return {
    ...(label !== null && { label }),
    path,
    data,
    ...(errors.length > 0 && { errors: errors.map((error) => formatError(error.toJSON(), error)) }),
  }
}
