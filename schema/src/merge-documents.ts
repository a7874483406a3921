import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  print,
} from 'graphql'

/** The types every module of a subgraph may add fields to. */
export const rootTypeNames: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription'])

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode

/**
 * Joins the SDL of many files into one document. A type that a module extends becomes one with its
 * definition in another module; root types, which any module may define or extend, come last.
 * Everything else keeps its order. Source locations survive, so that lint can name file and line.
 */
export function mergeDocuments(documents: readonly DocumentNode[]): DocumentNode {
  const definitions = documents.flatMap((document) => document.definitions)
  const objects = definitions.filter(isObjectNode)
  const partsOf = (name: string): ObjectNode[] => objects.filter((part) => part.name.value === name)
  const merged = definitions.flatMap((node): DefinitionNode[] => {
    if (!isObjectNode(node)) return [node]
    const parts = partsOf(node.name.value)
    if (rootTypeNames.has(node.name.value)) return []
    if (countDefinitions(parts) !== 1) return [node]
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return []
    return [joinParts(node, [node, ...parts.filter((part) => part !== node)])]
  })
  const roots = [...rootTypeNames].flatMap((name) => joinRootType(partsOf(name)))
  return { kind: Kind.DOCUMENT, definitions: [...merged, ...roots] }
}

const isObjectNode = (node: DefinitionNode): node is ObjectNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION

/** Only one definition can be extended; two are a mistake that composition refuses, none is a loan. */
const countDefinitions = (parts: readonly ObjectNode[]): number =>
  parts.filter(({ kind }) => kind === Kind.OBJECT_TYPE_DEFINITION).length

function joinRootType([first, ...rest]: readonly ObjectNode[]): ObjectTypeDefinitionNode[] {
  if (first === undefined) return []
  const type = { kind: Kind.OBJECT_TYPE_DEFINITION, name: first.name } as const
  return [joinParts(type, [first, ...rest])]
}

const joinParts = (
  type: ObjectTypeDefinitionNode,
  parts: readonly ObjectNode[],
): ObjectTypeDefinitionNode => ({
  ...type,
  interfaces: parts.flatMap(({ interfaces = [] }) => interfaces),
  directives: withoutRepetition(parts.flatMap(({ directives = [] }) => directives)),
  fields: parts.flatMap(({ fields = [] }) => fields),
})

/** An extension may say `@key` again; in one definition it is enough once. */
const withoutRepetition = (directives: readonly ConstDirectiveNode[]): ConstDirectiveNode[] => [
  ...new Map(directives.map((directive) => [print(directive), directive])).values(),
]
