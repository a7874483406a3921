import { type AppError, internal } from '@logicspike/errors'
import { GraphQLError } from 'graphql'
import { getOwn, isJsonObject } from './json.ts'
import type { Path } from './plan-paths.ts'
import type { RunError } from './run.ts'

type PlacedError = { readonly error: AppError; readonly path: Path | undefined }

/**
 * The errors of a run, each at its places in the response.
 * @param isForeign whether the operation does not ask for what is at a place
 * @param clientKeys by the keys of the merged data, where these are others
 */
export function placeErrors(
  errors: readonly RunError[],
  isForeign: (path: Path) => boolean,
  clientKeys: ReadonlyMap<unknown, string>,
): PlacedError[] {
  const asAsked = (path: Path | undefined): Path | undefined =>
    clientKeys.size > 0 ? path?.map((step) => clientKeys.get(step) ?? step) : path
  const asked = (places: readonly (Path | undefined)[]) =>
    places.filter((path) => !path || !isForeign(path))
  return errors.flatMap(({ error, places, otherwise }): PlacedError[] => {
    const all = places()
    if (all.length === 0) return [{ error, path: undefined }]
    const own = asked(all)
    const found = own.length > 0 ? own : asked(otherwise?.() ?? [])
    return found.map((path) => ({ error, path: asAsked(path) }))
  })
}

/** Whether an error is told at a place or below it. */
export function toldAt(errors: readonly PlacedError[]): (path: Path) => boolean {
  const told = new Set<string>()
  for (const { path = [] } of errors) {
    for (let length = 1; length <= path.length; length += 1) told.add(keyOf(path.slice(0, length)))
  }
  return (path) => told.has(keyOf(path))
}

/**
 * Errors as clients are told them: at places that exist in the response. A place that exists only
 * inside the plan is cut back to what the client sees, or left out where the same error is told at
 * a better place. Values that subgraphs may not answer are our side's fault.
 */
export function publicErrors(
  placed: readonly PlacedError[],
  faults: readonly { readonly path: Path; readonly detail: string }[],
  data: unknown,
): GraphQLError[] {
  const visible = placed.map(({ error, path }) => ({
    error,
    path: path && visiblePart(path, data),
    isWhole: !path || visiblePart(path, data).length === path.length,
  }))
  const toldElsewhere = new Set(visible.filter(({ isWhole }) => isWhole).map(({ error }) => error))
  const told = visible
    .filter(({ error, isWhole }) => isWhole || !toldElsewhere.has(error))
    .map(({ error, path }) => errorAt(error, path))
  const odd = faults.map(({ path, detail }) =>
    errorAt(internal(`a subgraph answered off the schema: ${detail}`), path),
  )
  return withoutRepeats([...told, ...odd])
}

function errorAt(original: AppError, path: Path | undefined): GraphQLError {
  return new GraphQLError(original.message, {
    originalError: original,
    extensions: { ...original.extensions, code: original.code },
    ...(path && path.length > 0 && { path }),
  })
}

/** The path as far as it leads in the response; keys the planner asked for itself lead nowhere. */
function visiblePart(path: Path, data: unknown): Path {
  let value = data
  for (const [depth, step] of path.entries()) {
    if (value === null || value === undefined) return path
    const next = stepInto(value, step)
    if (next === undefined) return path.slice(0, depth)
    value = next
  }
  return path
}

function stepInto(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return isJsonObject(value) ? getOwn(value, String(step)) : undefined
}

function withoutRepeats(errors: readonly GraphQLError[]): GraphQLError[] {
  const seen = new Map<string, GraphQLError>()
  for (const error of errors) {
    seen.set(`${keyOf(error.path ?? [])} ${error.extensions.code} ${error.message}`, error)
  }
  return [...seen.values()]
}

const keyOf = (path: Path): string => path.join('\n')
