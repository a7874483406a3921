import type { AppError } from '@logicspike/errors'
import type { GatewayContext } from '../gateway-context.ts'
import type { DeferredRuns } from './deferred/deferred-runs.ts'
import type { JsonObject } from './json.ts'
import type { Path } from './plan-paths.ts'

/** An error of a subgraph, and where in the response it belongs. */
export type RunError = {
  readonly error: AppError
  /** Found when the run is over: objects stand where they will stand then. */
  readonly places: () => readonly (Path | undefined)[]
  /** Where it is told if nothing was asked for at any of these places, though it had an effect. */
  readonly otherwise?: (() => readonly Path[]) | undefined
}

/** One execution of a plan: everything that belongs to one request alone. */
export type Run = {
  readonly context: GatewayContext
  /** Coerced values of the operation's variables. */
  readonly variables: Readonly<Record<string, unknown>>
  /** JSON texts of variables, made when first needed. */
  readonly variableTexts: Map<string, string>
  /** Where subgraph answers are merged. Keys are response keys. */
  readonly data: JsonObject
  readonly errors: RunError[]
  /** Objects whose missing fields are accounted for: absent entities, failed fetches. */
  readonly excused: Set<JsonObject>
  /** Where parts of the response are sent later than others. */
  readonly deferred?: DeferredRuns
  /** Whether all strings received so far are ASCII and need no escaping to be written as JSON. */
  plain: boolean
}

export function createRun(
  context: GatewayContext,
  variables: Readonly<Record<string, unknown>>,
  data: JsonObject = {},
): Run {
  return {
    context,
    variables,
    variableTexts: new Map(),
    data,
    errors: [],
    excused: new Set(),
    plain: true,
  }
}

/** The JSON text of a variable; undefined where it has no value, which is not the same as null. */
export function variableText(run: Run, name: string): string | undefined {
  const known = run.variableTexts.get(name)
  if (known !== undefined) return known
  const value = run.variables[name]
  if (value === undefined) return undefined
  const text = JSON.stringify(value)
  run.variableTexts.set(name, text)
  return text
}

/** Whether whoever asked has gone, so that nothing more needs to be fetched. */
export const isAbandoned = (run: Run): boolean => run.context.signal?.aborted ?? false
