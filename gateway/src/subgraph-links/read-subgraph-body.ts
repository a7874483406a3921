import { upstreamUnavailable } from '@logicspike/errors'
import type { SubgraphResponse } from './subgraph-link.ts'

/**
 * What a subgraph answered, as a GraphQL response; a proxy's HTML page or a crash dump is none.
 * @throws AppError UPSTREAM_UNAVAILABLE
 */
export function readSubgraphBody(name: string, value: unknown): SubgraphResponse['body'] {
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
