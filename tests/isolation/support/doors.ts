import { type SubgraphName, subgraphNames } from '@logicspike/platform'
import type { TestPlatform } from '@logicspike/testing'
import { apiSchema, type EntryPoint, subgraphSchemas } from './entry-points.ts'
import { entitiesOperation, type Operation, operationOn } from './operations.ts'

/** The two ways a call may come: as clients make it, and as the gateway passes it on. */
export const doors = ['gateway', 'subgraph'] as const
export type Door = (typeof doors)[number]

export type Reply = {
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, looked at one by one
  readonly data: any
  readonly errors: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions: { readonly code: string } & Readonly<Record<string, unknown>>
  }[]
}

/** Who knocks at a subgraph's own door, and what they show. */
export type Knock = {
  readonly token?: string | null
  readonly gatewayKey?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks a subgraph itself, with the gateway's key unless another is given. */
export async function askSubgraph(
  { platform, gatewayKeys }: TestPlatform,
  subgraph: string,
  { query, variables }: Operation,
  knock: Knock = {},
): Promise<Reply> {
  const { server } = subgraphApps(platform)[subgraph] ?? unknown(subgraph)
  const headers = headersOf(gatewayKeys.gateway, knock)
  const { result } = await server.executeInProcess({ query, variables, headers })
  return asReply(result)
}

/** Opens a stream at a subgraph itself, and answers with the first thing that it says. */
async function firstMessage(
  { platform, gatewayKeys }: TestPlatform,
  subgraph: string,
  { query, variables }: Operation,
  knock: Knock,
): Promise<Reply> {
  const { server } = subgraphApps(platform)[subgraph] ?? unknown(subgraph)
  const headers = headersOf(gatewayKeys.gateway, knock)
  const control = new AbortController()
  const request = { query, variables, headers, signal: control.signal }
  const stream = await server.subscribeInProcess(request)
  if (!stream.ok) return asReply(stream.result)
  const first = await stream.events.next()
  control.abort()
  return asReply(first.value ?? {})
}

function headersOf(ofGateway: string | undefined, knock: Knock): Record<string, string> {
  const gatewayKey = 'gatewayKey' in knock ? knock.gatewayKey : ofGateway
  return {
    ...(gatewayKey && { 'x-gateway-key': gatewayKey }),
    ...(knock.token && { authorization: `Bearer ${knock.token}` }),
    ...knock.headers,
  }
}

/** Through JSON, as every answer goes on its way to a client. */
function asReply(result: object): Reply {
  const { data = null, errors = [] } = JSON.parse(JSON.stringify(result)) as Partial<Reply>
  return { data, errors }
}

const subgraphApps = (
  platform: TestPlatform['platform'],
): Readonly<Record<string, TestPlatform['platform'][SubgraphName]>> =>
  Object.fromEntries(subgraphNames.map((name) => [name, platform[name]]))

function unknown(subgraph: string): never {
  throw new Error(`Add the subgraph ${subgraph} to tests/isolation/support/doors.ts.`)
}

/** Makes one call of the matrix. Entities can only be asked of the subgraph. */
export async function knock(
  platform: TestPlatform,
  door: Door,
  entry: EntryPoint,
  call: { readonly token: string | null; readonly variables: Record<string, unknown> },
): Promise<Reply> {
  if (door === 'gateway') {
    const { query, variables } = operationOn(apiSchema, entry, call.variables)
    const { data, errors } = await platform.graphql(
      query,
      variables,
      call.token ? { token: call.token } : {},
    )
    return { data, errors }
  }
  const schema = subgraphSchemas.get(entry.subgraph)
  if (!schema) throw new Error(`No SDL of ${entry.subgraph}.`)
  if (entry.kind === 'Subscription') {
    const operation = operationOn(schema, entry, call.variables)
    return firstMessage(platform, entry.subgraph, operation, { token: call.token })
  }
  const operation =
    entry.kind === 'entity'
      ? entitiesOperation(schema, [
          { __typename: entry.field, ...(call.variables.representation as object) },
        ])
      : operationOn(schema, entry, call.variables)
  return askSubgraph(platform, entry.subgraph, operation, { token: call.token })
}

/** What the call was answered: the value of its one field. */
export const resultOf = ({ kind, field }: EntryPoint, { data }: Reply): unknown =>
  kind === 'entity' ? (data?._entities?.[0] ?? null) : (data?.[field] ?? null)
