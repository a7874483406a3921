import type { FetchNode } from '@apollo/query-planner'

/**
 * The document of a fetch under a name that does not count the fetches of its plan, as the planner's
 * does: the same thing asked at two places is then the same document, which can be asked once.
 */
export function planIndependentName({
  operation,
  operationName,
}: Pick<FetchNode, 'operation' | 'operationName'>): {
  query: string
  operationName: string | undefined
} {
  const name = operationName?.replace(/__\d+$/, '')
  if (operationName === undefined || name === undefined) return { query: operation, operationName }
  // The name stands before anything that a client could have written.
  return { query: operation.replace(operationName, name), operationName: name }
}
