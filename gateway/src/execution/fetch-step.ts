import type { FetchNode } from '@apollo/query-planner'
import { AppError, internal, upstreamUnavailable } from '@logicspike/errors'
import { requestBeginning } from '../subgraph-links/request-text.ts'
import type { SubgraphError } from '../subgraph-links/subgraph-link.ts'
import { applyRewrites } from './data-rewrites.ts'
import { type EntityBatch, gatherEntities } from './entity-batch.ts'
import type { FetchDocument } from './fetch-document.ts'
import { planIndependentName } from './fetch-name.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { copyWritten, mergeData } from './merge-data.ts'
import { objectsAt, type Path, type PlanPath, placesOf } from './plan-paths.ts'
import { compileRepresentations } from './representations.ts'
import { type Run, variableText } from './run.ts'
import type { FetchAnswer, SubgraphClient } from './subgraph-client.ts'
import { appErrorOf, pathOf } from './subgraph-errors.ts'
import type { TypeConditions } from './type-conditions.ts'
import { type Copies, joinCopies } from './written-keys.ts'

/** Does its part of a run. Never throws: what goes wrong is noted in the run. */
export type Step = (run: Run) => Promise<void> | undefined

export type FetchParts = {
  readonly node: FetchNode
  readonly path: PlanPath
  readonly document: FetchDocument
  readonly copies: Copies
}

type Environment = { readonly types: TypeConditions; readonly client: SubgraphClient }

/**
 * Fetches of a plan, made ready: only the variables and the entities are filled in per run.
 * @param all one, or several of entities that differ in their places alone
 */
export function compileFetch(all: readonly FetchParts[], environment: Environment): Step {
  const [parts] = all
  if (!parts) throw new Error('there is no fetch to be made ready')
  const { requires } = parts.node
  return requires ? entityFetch(all, parts, requires, environment) : plainFetch(parts, environment)
}

/** Fields on a root type; below a path only where a mutation's payload leads to the query root. */
function plainFetch(parts: FetchParts, environment: Environment): Step {
  const { node, path, document, copies } = parts
  const send = requestOf(parts, environment.client)
  const rewrites = node.outputRewrites ?? []

  function receive(run: Run, targets: readonly JsonObject[], answer: FetchAnswer): void {
    for (const error of answer.errors) note(run, targets, answer.subgraph, error)
    if (answer.data === null) {
      excuse(run, targets)
      return
    }
    if (!answer.plain) run.plain = false
    for (const target of targets) {
      const isOnly = !answer.shared && targets.length === 1
      const data = ownCopy(answer.data, isOnly, rewrites.length > 0, copies.written)
      applyRewrites(rewrites, data, environment.types)
      mergeData(target, data, environment.types)
    }
  }

  function note(run: Run, targets: readonly JsonObject[], name: string, error: SubgraphError) {
    const below = pathOf(error)
    if (!below) excuse(run, targets)
    run.errors.push({
      error: appErrorOf(name, error),
      places: () => placesBelow(run, targets, below ? [below] : topPaths()),
    })
  }

  function fail(run: Run, targets: readonly JsonObject[], error: unknown): void {
    excuse(run, targets)
    run.errors.push({
      error: asAppError(node.serviceName, error),
      places: () => placesBelow(run, targets, topPaths()),
    })
  }

  const topPaths = (): Path[] => document.topKeys.map(({ key }) => [key])
  const placesBelow = (run: Run, targets: readonly JsonObject[], below: readonly Path[]): Path[] =>
    placesOf(run.data, path, new Set(targets)).flatMap((place) =>
      below.map((rest) => [...place, ...rest]),
    )

  return (run) => {
    const targets = objectsAt(run.data, path)
    if (targets.length === 0) return undefined
    return send(run, null).then(
      (answer) => receive(run, targets, answer),
      (error: unknown) => fail(run, targets, error),
    )
  }
}

function entityFetch(
  all: readonly FetchParts[],
  parts: FetchParts,
  requires: NonNullable<FetchNode['requires']>,
  environment: Environment,
): Step {
  const { node, document } = parts
  const { types } = environment
  const paths = all.map(({ path }) => path)
  const copies = joinCopies(all.map((each) => each.copies))
  const representationOf = compileRepresentations(requires, node.inputRewrites ?? [], types)
  const send = requestOf(parts, environment.client)
  const rewrites = node.outputRewrites ?? []

  function collect(run: Run): EntityBatch {
    return gatherEntities(run.data, paths, representationOf, (entity) => {
      // What it lacks was not to be had; that is told elsewhere.
      run.excused.add(entity)
    })
  }

  function receive(run: Run, { targets }: EntityBatch, answer: FetchAnswer): void {
    for (const error of answer.errors) note(run, targets, answer, error)
    if (!answer.plain) run.plain = false
    const entities = entitiesIn(answer, targets.length)
    for (const [at, objects] of targets.entries()) {
      const entity = entities[at]
      if (isJsonObject(entity)) mergeEntity(objects, entity, answer.shared)
      // An entity that is null is no fault: it is gone, or the caller may not see it.
      else excuse(run, objects)
    }
  }

  function mergeEntity(objects: readonly JsonObject[], entity: JsonObject, shared: boolean): void {
    const own = ownCopy(entity, !shared, rewrites.length > 0, copies.written)
    applyRewrites(rewrites, own, types)
    for (const [at, object] of objects.entries()) {
      const isCopied = at > 0 && copies.contested.size > 0
      mergeData(object, isCopied ? copyWritten(own, copies.contested) : own, types)
    }
  }

  function note(
    run: Run,
    targets: EntityBatch['targets'],
    answer: FetchAnswer,
    error: SubgraphError,
  ) {
    const { subgraph, data } = answer
    const below = pathOf(error)
    const [field, index, ...rest] = below ?? []
    const at = field === '_entities' && typeof index === 'number' ? index : -1
    const objects = targets[at]
    if (!objects) noteFailure(run, targets, appErrorOf(subgraph, error))
    else {
      const isOfEntity = rest.length === 0
      const entities = data?._entities
      const isWhole = Array.isArray(entities) && entities[at] !== null
      run.errors.push({
        error: appErrorOf(subgraph, error),
        places: () => (isOfEntity ? topPlaces(run, objects) : placesBelow(run, objects, rest)),
        otherwise: isWhole ? undefined : () => topPlaces(run, objects),
      })
      if (isOfEntity) excuse(run, objects)
    }
  }

  function noteFailure(run: Run, targets: EntityBatch['targets'], error: AppError): void {
    const objects = targets.flat()
    excuse(run, objects)
    run.errors.push({ error, places: () => topPlaces(run, objects) })
  }

  const placesBelow = (run: Run, objects: readonly JsonObject[], rest: Path): Path[] =>
    placesIn(run, objects).map((place) => [...place, ...rest])

  const placesIn = (run: Run, objects: readonly JsonObject[]): Path[] => {
    const wanted = new Set(objects)
    return paths.flatMap((path) => placesOf(run.data, path, wanted))
  }

  /** Where the fields of these entities would have stood. */
  function topPlaces(run: Run, objects: readonly JsonObject[]): Path[] {
    return objects.flatMap((object) => {
      const keys = keysFor(document.topKeys, String(object.__typename), types)
      return placesIn(run, [object]).flatMap((place) => keys.map((key) => [...place, key]))
    })
  }

  return (run) => {
    const batch = collect(run)
    if (batch.texts.length === 0) return undefined
    return send(run, batch.texts)
      .then((answer) => receive(run, batch, answer))
      .catch((error: unknown) =>
        noteFailure(run, batch.targets, asAppError(node.serviceName, error)),
      )
  }
}

/** @throws AppError where there is not one value for each entity asked for */
function entitiesIn({ data, subgraph }: FetchAnswer, count: number): readonly unknown[] {
  if (data === null) return []
  const entities = data._entities
  if (!Array.isArray(entities) || entities.length !== count) {
    throw upstreamUnavailable(`${subgraph} answered not one value per entity`)
  }
  return entities
}

function excuse(run: Run, objects: Iterable<JsonObject>): void {
  for (const object of objects) run.excused.add(object)
}

/** Response keys that a fetch asks of an entity: those in fragments that cover its type. */
function keysFor(
  keys: FetchDocument['topKeys'],
  typename: string,
  types: TypeConditions,
): readonly string[] {
  const fitting = keys.filter(
    ({ type }) => type === null || types.applies(type, typename) || types.isAbstract(typename),
  )
  return [...new Set((fitting.length > 0 ? fitting : keys).map(({ key }) => key))]
}

/** Keys that the planner aliased are renamed anywhere in an answer, so then all of it is copied. */
function ownCopy(
  data: JsonObject,
  isOwn: boolean,
  isRewritten: boolean,
  written: Copies['written'],
): JsonObject {
  if (isOwn) return data
  return isRewritten ? structuredClone(data) : copyWritten(data, written)
}

/** Writes the request of a fetch: everything but variables and entities is text already. */
function requestOf({ node }: FetchParts, client: SubgraphClient) {
  const { serviceName, operationKind, variableUsages = [] } = node
  const { query, operationName } = planIndependentName(node)
  const fetch = {
    subgraph: serviceName,
    query,
    operationName,
    beginning: requestBeginning({ query, operationName }),
    kind: operationKind === 'mutation' ? ('mutation' as const) : ('query' as const),
  }
  return (run: Run, entities: readonly string[] | null): Promise<FetchAnswer> => {
    const variables: [string, string][] = []
    for (const name of variableUsages) {
      const text = variableText(run, name)
      if (text !== undefined) variables.push([name, text])
    }
    const members = variables.map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    if (!entities) return client.fetch({ ...fetch, variables: `{${members.join()}}` }, run.context)
    const representations = `[${entities.join()}]`
    members.push(`"representations":${representations}`)
    return client.fetch(
      {
        ...fetch,
        variables: `{${members.join()}}`,
        entities: { run, variables, representations },
      },
      run.context,
    )
  }
}

function asAppError(subgraph: string, error: unknown): AppError {
  return error instanceof AppError ? error : internal(`${subgraph}: ${error}`, error)
}
