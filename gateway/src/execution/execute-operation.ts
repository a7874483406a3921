import type { GraphQLError, GraphQLSchema } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'
import type { SourceEvent } from '../subgraph-links/subgraph-link.ts'
import { isAskedOfOthers } from './asked-places.ts'
import { completeResponse } from './complete-response.ts'
import type { JsonObject } from './json.ts'
import type { Path } from './plan-paths.ts'
import type { PreparedOperation } from './prepare-operation.ts'
import { placeErrors, publicErrors, toldAt } from './public-errors.ts'
import { createRun, type Run } from './run.ts'
import { appErrorOf, pathOf } from './subgraph-errors.ts'

/**
 * The response as the bytes that go to the client, where there is nothing in it but data, or values
 * where there is more to do.
 */
export type ExecutedOperation =
  | { readonly body: Buffer; readonly source: JsonObject }
  | { readonly data: JsonObject | null; readonly errors: readonly GraphQLError[] }

export type Execution = {
  readonly prepared: PreparedOperation
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: GatewayContext
  readonly schema: GraphQLSchema
  /** `text` where nothing needs to be changed in the response afterwards. */
  readonly as: 'text' | 'values'
}

/** Runs a prepared operation. */
export async function executeOperation(execution: Execution): Promise<ExecutedOperation> {
  const { prepared, variables, context } = execution
  const run = createRun(context, variables, prepared.introspect?.(variables))
  await prepared.fetch(run)
  return respond(execution, run)
}

/** The data by the client's keys, which nearly always are those of the merged data. */
function clientData({ clientKeys }: PreparedOperation, { data }: Run, body: Buffer): JsonObject {
  return clientKeys.size === 0 ? data : JSON.parse(body.toString('utf8')).data
}

/** Runs what is left of a subscription's plan for one of its events. The event is not changed. */
export async function executeEvent(
  execution: Execution,
  event: SourceEvent,
): Promise<ExecutedOperation> {
  const { prepared, variables, context } = execution
  const run = createRun(context, variables, structuredClone(event.data ?? {}))
  run.plain = false
  for (const error of event.errors ?? []) {
    const path = pathOf(error)
    const source = prepared.source?.serviceName ?? ''
    run.errors.push({ error: appErrorOf(source, error), places: () => (path ? [path] : []) })
  }
  if (!event.data) run.excused.add(run.data)
  await prepared.fetch(run)
  return respond(execution, run)
}

function respond({ prepared, schema, as }: Execution, run: Run): ExecutedOperation {
  const form = prepared.formFor(run.variables)
  if (as === 'text' && run.errors.length === 0) {
    const body = form.write(run.data, run.plain && prepared.introspect === null)
    if (body !== null) return { body, source: clientData(prepared, run, body) }
  }
  const isForeign = (path: Path) => isAskedOfOthers(path, form.shape, run.data, schema)
  const placed = placeErrors(run.errors, isForeign, prepared.clientKeys)
  const { data, faults } = completeResponse(
    form.shape,
    schema,
    run.data,
    run.excused,
    toldAt(placed),
  )
  return { data, errors: publicErrors(placed, faults, data) }
}
