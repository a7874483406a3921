import { internal } from '@logicspike/errors'
import { GraphQLError } from 'graphql'
import { isAskedOfOthers } from '../asked-places.ts'
import { completeResponse } from '../complete-response.ts'
import type { Execution } from '../execute-operation.ts'
import type { JsonObject } from '../json.ts'
import type { Path } from '../plan-paths.ts'
import { placeErrors, publicErrors, toldAt } from '../public-errors.ts'
import { readableType } from '../response-shape.ts'
import { createRun } from '../run.ts'
import { createDeferredRuns } from './deferred-runs.ts'
import { createPartErrors } from './part-errors.ts'
import type { ResponseParts } from './part-forms.ts'
import { type Place, takePlaces } from './part-places.ts'

/** A deferred fragment at one of its places. */
export type DeferredPart = {
  readonly fragment: number
  readonly path: Path
  readonly data: JsonObject | null
  readonly errors: readonly GraphQLError[]
}

/** Parts that can be sent together, and whether others come after them. */
export type DeferredParts = { readonly parts: readonly DeferredPart[]; readonly hasNext: boolean }

export type DeferredExecution = {
  readonly data: JsonObject | null
  readonly errors: readonly GraphQLError[]
  /** What comes later; null where nothing does. To be read to its end, or returned. */
  readonly later: AsyncGenerator<DeferredParts, void> | null
}

/**
 * Runs an operation of which parts are deferred, to the point where the first can be sent.
 * @param parts of the prepared operation
 */
export async function executeDeferred(
  { prepared, variables, context, schema }: Omit<Execution, 'as'>,
  parts: ResponseParts,
): Promise<DeferredExecution> {
  const runs = createDeferredRuns()
  const forms = parts.formsFor(variables)
  const errors = createPartErrors(parts.parents, parts.fragmentOf, prepared.clientKeys)
  const run = {
    ...createRun(context, variables, prepared.introspect?.(variables)),
    deferred: runs,
  }
  await prepared.fetch(run)

  function complete(place: Place): Completed {
    const { fragment, path, source, declared } = place
    const form = fragment === null ? forms.first : forms.of(fragment)
    const root = readableType(schema, declared, source.__typename, form.fields)
    if (!root) return { data: null, errors: [lostType(path)], below: [] }
    const shape = { root, fields: form.fields }
    const isForeign = (rest: Path) => isAskedOfOthers(rest, shape, source, schema)

    function told() {
      const placed = placeErrors(errors.at(place), isForeign, prepared.clientKeys)
      return {
        placed,
        ...completeResponse(shape, schema, source, run.excused, toldAt(placed)),
      }
    }

    let completed = told()
    if (errors.adopt(place, completed.data)) completed = told()
    const { placed, data, faults } = completed
    return {
      data,
      errors: publicErrors(placed, faults, data).map((error) => errorBelow(path, error)),
      below: data ? takePlaces(form.places, place, data, schema) : [],
    }
  }

  async function fetchedParts(fragment: number, places: readonly Place[]): Promise<Fetched> {
    const own = await runs.runOf(fragment)
    errors.add(own?.errors ?? [], places)
    const completed = places.map((place) => ({ ...complete(place), fragment, path: place.path }))
    return { parts: completed, below: completed.flatMap(({ below }) => below) }
  }

  const whole: Place = {
    fragment: null,
    path: [],
    at: [],
    source: run.data,
    declared: parts.rootType,
  }
  errors.add(run.errors, [whole])
  const { below, ...first } = complete(whole)
  return { ...first, later: below.length > 0 ? inOrder(below, fetchedParts) : null }
}

type Completed = Pick<DeferredPart, 'data' | 'errors'> & {
  /** Where further parts belong. */
  readonly below: readonly Place[]
}

type Fetched = { readonly parts: readonly DeferredPart[]; readonly below: readonly Place[] }

/** Parts as they come, but none before that in which it stands. */
async function* inOrder(
  places: readonly Place[],
  fetchedParts: (fragment: number, places: readonly Place[]) => Promise<Fetched>,
): AsyncGenerator<DeferredParts, void> {
  let ready: DeferredPart[] = []
  let awaited = 0
  let news = Promise.withResolvers<void>()

  async function take(fragment: number, ofFragment: readonly Place[]): Promise<void> {
    try {
      const { parts, below } = await fetchedParts(fragment, ofFragment)
      ready = [...ready, ...parts]
      awaitParts(below)
    } catch (error) {
      ready.push(...ofFragment.map(({ path }) => failedPart(fragment, path, error)))
    }
    awaited -= 1
    news.resolve()
  }

  function awaitParts(below: readonly Place[]): void {
    for (const [fragment, ofFragment] of Map.groupBy(below, (place) => place.fragment)) {
      if (fragment === null) continue
      awaited += 1
      void take(fragment, ofFragment)
    }
  }

  awaitParts(places)
  while (awaited > 0 || ready.length > 0) {
    if (ready.length === 0) {
      await news.promise
      news = Promise.withResolvers()
      continue
    }
    const parts = ready
    ready = []
    yield { parts, hasNext: awaited > 0 }
  }
}

function errorBelow(base: Path, error: GraphQLError): GraphQLError {
  if (base.length === 0) return error
  const { message, originalError, extensions, path = [] } = error
  return new GraphQLError(message, { originalError, extensions, path: [...base, ...path] })
}

const failedPart = (fragment: number, path: Path, cause: unknown): DeferredPart => ({
  fragment,
  path,
  data: null,
  errors: [internalAt(path, `a deferred part could not be answered: ${cause}`, cause)],
})

const lostType = (path: Path): GraphQLError =>
  internalAt(path, 'a deferred part belongs to an object of no known type')

function internalAt(path: Path, detail: string, cause?: unknown): GraphQLError {
  const originalError = internal(detail, cause)
  const { message, code, extensions } = originalError
  return new GraphQLError(message, { originalError, extensions: { ...extensions, code }, path })
}
