import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server'
import { AppError } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { Tracer } from '@opentelemetry/api'
import type { GatewayContext } from './gateway-context.ts'
import { answeredStatus, withHttpStatus } from './http-status.ts'
import {
  answerKnownOperation,
  type KnownOperationLane,
} from './known-operations/answer-known-operation.ts'
import { recogniseOperation } from './known-operations/recognise-operation.ts'
import type { GatewayMetrics } from './metrics/gateway-metrics.ts'
import {
  createOperationRecord,
  type OperationOutcome,
  type OperationRecord,
  type Transport,
} from './observability/operation-record.ts'
import { beginTrace, type IncomingTrace } from './observability/operation-trace.ts'
import type { SlowOperationLog } from './observability/slow-operations.ts'
import type { Caller } from './plugins/use-access-token.ts'
import type { CheckLimits } from './plugins/use-operation-limits.ts'
import { logOperation } from './plugins/use-operation-log.ts'
import { inScope, type RequestScope } from './request-scope.ts'

export type OperationDoor = {
  /** For operations that were answered before. */
  readonly lane: KnownOperationLane
  /** Throws where a document is over a limit. */
  readonly checkLimits: CheckLimits
  readonly log: Logger
  readonly metrics: GatewayMetrics
  /** Null where nothing is recorded. */
  readonly tracer: Tracer | null
  readonly slowOperations: SlowOperationLog
}

/** An operation as it came, by whatever transport. */
export type AskedOperation = {
  readonly transport: Transport
  /** Where it says it stands in a trace; null where it does not. */
  readonly trace: IncomingTrace | null
  readonly http: HTTPGraphQLRequest
  /** The document's text, if the request is as it should be. */
  readonly query: unknown
  /** As values, or as the JSON text of a GET request. */
  readonly variables: unknown
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
  /** Says who asks. @throws AppError UNAUTHENTICATED */
  readonly identify: () => Promise<Caller>
  readonly client: Pick<
    GatewayContext,
    'requestId' | 'clientIp' | 'userAgent' | 'origin' | 'sessionCookies'
  >
  readonly subscription?: GatewayContext['subscription']
  readonly deferral?: GatewayContext['deferral']
  readonly isReadOnly?: boolean
}

export type AnsweredOperation = {
  readonly response: HTTPGraphQLResponse
  readonly status: number
  readonly scope: RequestScope
  /** Null where the request was refused before anybody knew who asks. */
  readonly context: GatewayContext | null
  readonly setCookies: readonly string[]
}

/**
 * The one way of every operation, whatever its transport. Apollo Server judges the request (method,
 * media type, CSRF); then, in the making of the context, the document's size and the caller; then it
 * parses, validates and executes. A subscription is put into its slot and answered with nothing;
 * parts that are sent later than the answer are put into theirs. An everyday request of a known
 * operation takes fewer steps to the same answer.
 */
export async function answerOperation(
  door: OperationDoor,
  { http, query, variables, identify, client, ...asked }: AskedOperation,
): Promise<AnsweredOperation> {
  const { lane, checkLimits, metrics } = door
  const { transport, trace: incoming, ...abilities } = asked
  const trace = beginTrace(door.tracer, incoming)
  const record = createOperationRecord(transport, trace?.spans ?? null)
  const { requestId } = client
  let log: Logger | null = null
  const scope: RequestScope = {
    requestId,
    // Most requests write one line at most, and a logger of one's own costs more than a line.
    get log() {
      log ??= door.log.child({ requestId, ...(trace && { traceId: trace.traceId }) })
      return log
    },
    errorCodes: [],
    logged: new WeakSet(),
  }
  const setCookies: string[] = []
  let context: GatewayContext | null = null

  async function createContext(): Promise<GatewayContext> {
    try {
      checkLimits(query, variables)
      const caller = await identify()
      scope.caller = describe(caller)
      context = { ...caller, ...client, ...abilities, setCookies, trace, record }
      record.enter('parse')
      return context
    } catch (error) {
      throw error instanceof AppError ? withHttpStatus(error) : error
    }
  }

  function conclude(status: number): void {
    tellOf(door, scope, record, status)
    metrics.operationOver()
  }

  metrics.operationBegan()
  try {
    const schema = lane.schema()
    const recognised = schema && recogniseOperation(lane.operations, schema, http)
    const response = await inScope(scope, () =>
      recognised
        ? answerKnownOperation(lane, recognised, createContext)
        : lane.apollo.executeHTTPGraphQLRequest({
            httpGraphQLRequest: http,
            context: createContext,
          }),
    )
    const status = answeredStatus(response, scope.errorCodes)
    const { deferral } = abilities
    if (deferral && status !== 200) deferral.later = null
    if (deferral?.later) deferral.onEnd.push(() => conclude(status))
    else conclude(status)
    return { response, status, scope, context, setCookies }
  } catch (error) {
    metrics.operationOver()
    throw error
  }
}

/** What is told of an operation when it is over: all of it from one record. */
function tellOf(
  { log, metrics, slowOperations }: OperationDoor,
  scope: RequestScope,
  record: OperationRecord,
  status: number,
): void {
  const milliseconds = record.end()
  const outcome = outcomeOf(scope)
  const { operation, requestId } = scope
  const { name = null, type = null, hash = null } = operation ?? {}
  const { transport, spans } = record
  countOperation(metrics, scope, record, { outcome, milliseconds })
  spans?.end({ name, type, hash, transport, outcome, requestId })
  if (log.isLevelEnabled('info')) logOperation(scope, record, { status, milliseconds })
  slowOperations.note(scope, record, milliseconds)
}

function outcomeOf({ errorCodes, hasData }: RequestScope): OperationOutcome {
  const [code] = errorCodes
  if (code === undefined) return 'ok'
  return hasData ? 'partial' : code
}

function countOperation(
  metrics: GatewayMetrics,
  { operation, budget }: RequestScope,
  { transport, stageTimes }: OperationRecord,
  end: { outcome: OperationOutcome; milliseconds: number },
): void {
  metrics.operationAnswered({
    transport,
    type: operation?.type ?? null,
    publishedName: operation?.published ? operation.name : null,
    ...end,
    stageTimes,
    cost: operation?.cost,
  })
  if (budget && !budget.isAllowed) metrics.budgetRefused(budget.status.name)
}

function describe({ principal }: Caller): NonNullable<RequestScope['caller']> {
  if (!principal) return { kind: 'anonymous' }
  const { kind, userId, workspaceId } = principal
  return { kind, ...(userId && { userId }), ...(workspaceId && { workspaceId }) }
}
