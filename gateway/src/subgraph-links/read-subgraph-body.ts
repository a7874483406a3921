import { upstreamUnavailable } from '@logicspike/errors'
import type { SourceEvent, SubgraphResponse } from './subgraph-link.ts'

/**
 * The text that a subgraph answered, as a GraphQL response.
 * @throws AppError UPSTREAM_UNAVAILABLE
 */
export function parseSubgraphBody(
  name: string,
  { text, plain }: SubgraphText,
): SubgraphResponse['body'] {
  return { ...readSubgraphBody(name, parseJson(name, text)), plain }
}

export type SubgraphText = {
  readonly text: string
  /** It is ASCII and has no backslash, so that no string in it needs escaping. */
  readonly plain: boolean
}

/** What a subgraph in this process answered, as if it had come from afar. */
export function textOf(result: unknown): SubgraphText {
  const text = JSON.stringify(result)
  return { text, plain: Buffer.byteLength(text) === text.length && !text.includes('\\') }
}

/**
 * The text of one event of a subscription.
 * @throws AppError UPSTREAM_UNAVAILABLE
 */
export function parseSourceEvent(name: string, text: string): SourceEvent {
  const value = parseJson(name, text)
  const { data, errors } = readSubgraphBody(name, value)
  const { extensions } = value as { extensions?: unknown }
  return {
    // `null` is a field that failed and one event among others; nothing at all is the end.
    ...(isObject(value) && 'data' in value && { data: data ?? null }),
    ...(errors && { errors }),
    ...(isObject(extensions) && { extensions }),
  }
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw upstreamUnavailable(`${name} answered something that is not JSON`, cause)
  }
}

/**
 * What a subgraph answered, as a GraphQL response; a proxy's HTML page or a crash dump is none.
 * @throws AppError UPSTREAM_UNAVAILABLE
 */
function readSubgraphBody(name: string, value: unknown): SubgraphResponse['body'] {
  if (!isObject(value)) throw upstreamUnavailable(`${name} answered something that is not GraphQL`)
  const { data, errors } = value
  const isResult = isObject(data) || data === null || Array.isArray(errors)
  if (!isResult) throw upstreamUnavailable(`${name} answered neither data nor errors`)
  return {
    data: isObject(data) ? data : null,
    ...(Array.isArray(errors) && { errors: errors.filter(isObject) }),
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
