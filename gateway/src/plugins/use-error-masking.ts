import type { GatewayExecutionResult, GatewayExecutor } from '@apollo/server-gateway-interface'
import { AppError, type ErrorCode, formatGraphQLError, internal } from '@logicspike/errors'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'
import { currentScope, type RequestScope } from '../request-scope.ts'
import { isObject } from '../subgraph-links/read-subgraph-body.ts'

type Path = readonly (string | number)[]

/**
 * The last word on every error, in Apollo Server's `formatError`: a code of the closed set, a
 * message meant for the public and the request id. What the client does not see goes to the log.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
): GraphQLFormattedError {
  const scope = currentScope()
  return formatGraphQLError(formatted, thrown, {
    requestId: scope?.requestId,
    report({ code, detail, cause }) {
      if (!scope) return
      scope.errorCodes.push(code)
      if (detail !== undefined) logOnce(scope, code, detail, cause)
    },
  })
}

/** A failed fetch is an error in many places of an answer and one thing to be told in the log. */
function logOnce(scope: RequestScope, code: ErrorCode, detail: string, cause: unknown): void {
  if (cause instanceof Error) {
    if (scope.logged.has(cause)) return
    scope.logged.add(cause)
  }
  const level = code === 'INTERNAL' ? 'error' : code.startsWith('UPSTREAM_') ? 'warn' : 'debug'
  // An AppError says in `detail` what it is; its cause, where there is one, says why.
  const err = cause instanceof AppError ? cause.cause : cause
  scope.log[level]({ errorCode: code, detail, err }, 'error answered')
}

/**
 * Makes an executor's errors tell one thing each, at a place the client knows: errors of subgraphs
 * lose what the gateway wrapped them in (which names the subgraph), places that exist only inside
 * the plan are cut back to what the client sees, and nulls where none may be become errors.
 * `@apollo/gateway` reports those nulls in `extensions.valueCompletion`, in words about the schema;
 * it does so as well where an entity is not there, and that is an answer like any other null.
 */
export function withPublicErrors(run: GatewayExecutor): GatewayExecutor {
  return async (request) => {
    const { absentEntities } = request.context as Pick<GatewayContext, 'absentEntities'>
    return publicResult(await run(request), absentEntities)
  }
}

function publicResult(
  result: GatewayExecutionResult,
  absentEntities: ReadonlySet<string>,
): GatewayExecutionResult {
  const { data, errors = [], extensions } = result
  const nulls = Array.isArray(extensions?.valueCompletion) ? extensions.valueCompletion : []
  const misplaced = nulls.filter((it) => !absentEntities.has(typeWithNull(it)))
  const all = [...publicErrors(errors, data), ...misplaced.map(nullError)]
  if (all.length === 0) return data === undefined ? {} : { data }
  return { ...(data !== undefined && { data }), errors: withoutRepeats(all) }
}

function publicErrors(errors: readonly GraphQLError[], data: unknown): GraphQLError[] {
  const placed = errors.map((error) => ({
    error,
    original: appErrorIn(error),
    path: error.path && visiblePart(error.path, data),
  }))
  const isWhole = ({ error, path }: (typeof placed)[number]) => path?.length === error.path?.length
  const toldElsewhere = new Set(placed.filter(isWhole).map(({ original }) => original))
  return placed
    .filter((one) => isWhole(one) || !toldElsewhere.has(one.original))
    .map(({ error, original, path }) => (original ? errorAt(original, path) : error))
}

function errorAt(original: AppError, path: Path | undefined): GraphQLError {
  return new GraphQLError(original.message, {
    originalError: original,
    extensions: { ...original.extensions, code: original.code },
    ...(path && path.length > 0 && { path }),
  })
}

function appErrorIn(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  return error instanceof GraphQLError && error.originalError
    ? appErrorIn(error.originalError)
    : null
}

/** The library names the type in its message only: `… non-nullable field User.name.` */
const typeWithNull = (violation: unknown): string =>
  / field (\w+)\./.exec((violation as GraphQLError).message)?.[1] ?? ''

function nullError(violation: unknown): GraphQLError {
  const { message, path } = violation as GraphQLError
  return errorAt(internal(`a subgraph answered off the schema: ${message}`), path)
}

/** The path as far as it leads in the response; keys the planner asked for itself lead nowhere. */
function visiblePart(path: Path, data: unknown): Path {
  let value = data
  for (const [depth, step] of path.entries()) {
    if (value === null || value === undefined) return path
    const next = isObject(value) || Array.isArray(value) ? Reflect.get(value, step) : undefined
    if (next === undefined) return path.slice(0, depth)
    value = next
  }
  return path
}

function withoutRepeats(errors: readonly GraphQLError[]): GraphQLError[] {
  const seen = new Map(
    errors.map((error) => [
      `${error.path?.join(' ')} ${error.extensions.code} ${error.message}`,
      error,
    ]),
  )
  return [...seen.values()]
}
