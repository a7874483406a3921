import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { requestBeginning } from '../subgraph-links/request-text.ts'
import { createNumbers } from './numbers.ts'

/** Several documents that ask for entities as one, which asks for all of them side by side. */
export type JoinedDocument = {
  readonly query: string
  readonly operationName: string | undefined
  /** The JSON text of the request up to its variables. */
  readonly beginning: string
}

/** Where the answer to one of the documents stands in the answer to all. */
export const answerKey = (at: number): string => `entities_${at}`
export const isAnswerKey = (key: string): boolean => /^entities_\d+$/.test(key)
/** The variable that holds its entities. */
export const entitiesVariable = (at: number): string => `representations_${at}`

/** More combinations than fetches that come together by chance are likely to have. */
const MOST_REMEMBERED = 2_000

/** Joins documents, each combination once. */
export function createJoinedDocuments(): (queries: readonly string[]) => JoinedDocument | null {
  const numbers = createNumbers()
  const known = new LRUCache<string, { readonly joined: JoinedDocument | null }>({
    max: MOST_REMEMBERED,
  })
  return (queries) => {
    const key = queries.map(numbers.of).join()
    let remembered = known.get(key)
    if (!remembered) {
      remembered = { joined: joinDocuments(queries) }
      known.set(key, remembered)
    }
    return remembered.joined
  }
}

/**
 * Makes one document of several that each ask for `_entities`, and for nothing else.
 * @returns null where one of them is not of this form, or they contradict each other
 */
export function joinDocuments(queries: readonly string[]): JoinedDocument | null {
  const variables = new Map<string, VariableDefinitionNode>()
  const fragments = new Map<string, FragmentDefinitionNode>()
  const selections: FieldNode[] = []
  let operation: OperationDefinitionNode | null = null
  for (const [at, query] of queries.entries()) {
    const document = withoutClashes(parse(query, { noLocation: true }), at, fragments)
    const entities = entitiesIn(document)
    if (!entities) return null
    operation ??= entities.operation
    selections.push(renamed(entities.field, at))
    const isAdded =
      entities.variables.every((node) => add(variables, ownVariable(node, at))) &&
      fragmentsOf(document).every((node) => add(fragments, node))
    if (!isAdded) return null
  }
  if (!operation) return null
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections }
  const variableDefinitions = [...variables.values()]
  const query = stripIgnoredCharacters(
    print({
      kind: Kind.DOCUMENT,
      definitions: [{ ...operation, variableDefinitions, selectionSet }, ...fragments.values()],
    }),
  )
  const operationName = operation.name?.value
  return { query, operationName, beginning: requestBeginning({ query, operationName }) }
}

/** @returns whether there is none of its name yet that says something else */
function add<Node extends VariableDefinitionNode | FragmentDefinitionNode>(
  known: Map<string, Node>,
  node: Node,
): boolean {
  const { value } = node.kind === Kind.VARIABLE_DEFINITION ? node.variable.name : node.name
  const other = known.get(value)
  if (other && print(other) !== print(node)) return false
  known.set(value, node)
  return true
}

/** Fragments of one name that say something else in a document before are given another. */
function withoutClashes(
  document: DocumentNode,
  at: number,
  known: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode {
  const clashes = new Set(
    fragmentsOf(document)
      .filter((fragment) => {
        const other = known.get(fragment.name.value)
        return other && print(other) !== print(fragment)
      })
      .map(({ name }) => name.value),
  )
  if (clashes.size === 0) return document
  const rename = <Node extends { readonly name: { readonly value: string } }>(node: Node) =>
    clashes.has(node.name.value)
      ? { ...node, name: { ...node.name, value: `${node.name.value}_${at}` } }
      : undefined
  return visit(document, { FragmentDefinition: rename, FragmentSpread: rename })
}

const fragmentsOf = ({ definitions }: DocumentNode): FragmentDefinitionNode[] =>
  definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)

function operationIn({ definitions }: DocumentNode): OperationDefinitionNode | undefined {
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  return operations.length === 1 ? operations[0] : undefined
}

/** The one field of a document that asks for entities by `$representations` and for nothing else. */
function entitiesIn(document: DocumentNode) {
  const operation = operationIn(document)
  if (operation?.operation !== 'query' || operation.directives?.length) return null
  const { selectionSet, variableDefinitions: variables = [] } = operation
  const [field] = selectionSet.selections
  if (selectionSet.selections.length !== 1 || field?.kind !== Kind.FIELD) return null
  const isPlain = field.name.value === '_entities' && !field.alias && !field.directives?.length
  const [argument] = field.arguments ?? []
  const isByVariable =
    argument?.value.kind === Kind.VARIABLE && argument.value.name.value === 'representations'
  return isPlain && isByVariable ? { operation, field, variables } : null
}

function renamed(field: FieldNode, at: number): FieldNode {
  const value = { kind: Kind.VARIABLE, name: name(entitiesVariable(at)) } as const
  return {
    ...field,
    alias: name(answerKey(at)),
    arguments: (field.arguments ?? []).map((argument) => ({ ...argument, value })),
  }
}

/** Of the variables that documents have, each has its own entities. */
const ownVariable = (node: VariableDefinitionNode, at: number): VariableDefinitionNode =>
  node.variable.name.value === 'representations'
    ? { ...node, variable: { kind: Kind.VARIABLE, name: name(entitiesVariable(at)) } }
    : node

const name = (value: string) => ({ kind: Kind.NAME, value }) as const
