import { type ConstDirectiveNode, type DocumentNode, Kind, parse } from 'graphql'
import { argument, linkedFeatures } from '../authorization/linked-features.ts'
import { fieldsOf, outputTypes } from '../authorization/supergraph-document.ts'

/** `@listSize` of a field. */
export type ListSize = {
  readonly assumedSize: number | null
  /** Arguments that bound the list, as names or paths (`input.first`). */
  readonly slicingArguments: readonly string[]
  /** Fields of the returned object that are the list meant; none where it is the field itself. */
  readonly sizedFields: readonly string[]
}

/** What a supergraph says about costs. Coordinates as in GraphQL: `Type`, `Type.field`. */
export type CostRules = {
  /** `@cost` on types, fields, input fields and, as `Type.field(argument:)`, arguments. */
  readonly weights: ReadonlyMap<string, number>
  readonly listSizes: ReadonlyMap<string, ListSize>
}

/** https://specs.apollo.dev/cost, after https://ibm.github.io/graphql-specs/cost-spec.html. */
const COST = 'https://specs.apollo.dev/cost'

/**
 * Reads `@cost` and `@listSize` from a composed supergraph, under whatever names it imports them.
 * @throws Error where the text is not a composed supergraph
 */
export function readCostRules(supergraphSdl: string): CostRules {
  const document = parse(supergraphSdl, { noLocation: true })
  const read = directiveReader(document)
  const weights = new Map<string, number>()
  const listSizes = new Map<string, ListSize>()
  for (const [coordinate, directives] of elements(document)) {
    const weight = read.weight(directives)
    if (weight !== null) weights.set(coordinate, weight)
    const size = read.listSize(directives)
    if (size !== null) listSizes.set(coordinate, size)
  }
  return { weights, listSizes }
}

/** Everything that may carry a cost, by its coordinate. */
function* elements(document: DocumentNode): Generator<[string, Directives]> {
  for (const type of outputTypes(document)) {
    yield [type.name.value, type.directives]
    for (const field of fieldsOf(type)) {
      const coordinate = `${type.name.value}.${field.name.value}`
      yield [coordinate, field.directives]
      for (const it of field.arguments ?? []) {
        yield [`${coordinate}(${it.name.value}:)`, it.directives]
      }
    }
  }
  for (const type of document.definitions) {
    if (type.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) continue
    for (const field of type.fields ?? []) {
      yield [`${type.name.value}.${field.name.value}`, field.directives]
    }
  }
}

type Directives = readonly ConstDirectiveNode[] | undefined

function directiveReader(document: DocumentNode) {
  const features = linkedFeatures(document).filter(({ identity }) => identity === COST)
  const find = (directives: Directives, name: string) =>
    directives?.find((node) =>
      features.some((feature) => feature.directiveName(name) === node.name.value),
    )
  return {
    /** IBM's specification has weights as text, Apollo's as integers. */
    weight(directives: Directives): number | null {
      const node = find(directives, 'cost')
      return node ? amountOf(argument(node, 'weight')) : null
    },
    listSize(directives: Directives): ListSize | null {
      const node = find(directives, 'listSize')
      if (!node) return null
      return {
        assumedSize: amountOf(argument(node, 'assumedSize')),
        slicingArguments: textsOf(argument(node, 'slicingArguments')),
        sizedFields: textsOf(argument(node, 'sizedFields')),
      }
    },
  }
}

function amountOf(value: unknown): number | null {
  const amount = typeof value === 'string' ? Number(value) : value
  return typeof amount === 'number' && Number.isFinite(amount) ? amount : null
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
