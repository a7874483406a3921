import type { SubgraphRequest } from './subgraph-link.ts'

type Asked = Pick<SubgraphRequest, 'query' | 'variables' | 'operationName' | 'beginning'>

/** The JSON text of a GraphQL request. */
export function requestText({ beginning, variables, ...asked }: Asked): string {
  const text = typeof variables === 'string' ? variables : JSON.stringify(variables)
  return `${beginning ?? requestBeginning(asked)}${text}}`
}

/** The JSON text of a request up to its variables, which is the same each time it is made. */
export function requestBeginning({
  query,
  operationName,
}: Pick<SubgraphRequest, 'query' | 'operationName'>): string {
  const name =
    operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`
  return `{"query":${JSON.stringify(query)}${name},"variables":`
}
