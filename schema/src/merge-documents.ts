import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql'

/** The types every module of a subgraph may add fields to. */
export const rootTypeNames: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription'])

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode

/**
 * Joins the SDL of many files into one document. Each module may write `type Query` or `extend type Query`;
 * the result has one definition of each root type, at the end. Everything else keeps its order.
 * Source locations survive, so that lint can name the file and line.
 */
export const mergeDocuments = (documents: readonly DocumentNode[]): DocumentNode => {
  const definitions = documents.flatMap((document) => document.definitions)
  const rootParts = definitions.filter(isRootType)
  const roots = [...rootTypeNames]
    .map((name) => rootParts.filter((part) => part.name.value === name))
    .flatMap((parts) => mergeRootType(parts))
  return {
    kind: Kind.DOCUMENT,
    definitions: [...definitions.filter((definition) => !isRootType(definition)), ...roots],
  }
}

const isRootType = (node: DefinitionNode): node is ObjectNode =>
  (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) &&
  rootTypeNames.has(node.name.value)

const mergeRootType = (parts: readonly ObjectNode[]): ObjectTypeDefinitionNode[] => {
  const [first] = parts
  if (first === undefined) return []
  const fields: FieldDefinitionNode[] = parts.flatMap((part) => part.fields ?? [])
  const directives: ConstDirectiveNode[] = parts.flatMap((part) => part.directives ?? [])
  return [{ kind: Kind.OBJECT_TYPE_DEFINITION, name: first.name, fields, directives }]
}
