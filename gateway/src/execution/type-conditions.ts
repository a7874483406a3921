import { type DefinitionNode, type DocumentNode, Kind } from 'graphql'

/** Whether an object that says it is `typename` is covered by a fragment on `condition`. */
export type TypeConditions = {
  applies(condition: string, typename: string): boolean
  /** Interfaces and unions: a type that no object really is, whatever `@interfaceObject` says. */
  isAbstract(typename: string): boolean
}

/**
 * Of all types of the supergraph, those that clients do not see included. A subgraph that has an
 * interface as `@interfaceObject` gives the interface's name as the type of an object, so
 * interfaces count as covered by the interfaces that they implement.
 */
export function typeConditions(supergraph: DocumentNode): TypeConditions {
  const covered = new Map<string, Set<string>>()
  for (const node of supergraph.definitions) {
    if (node.kind === Kind.UNION_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      covered.set(node.name.value, new Set())
    }
  }
  for (const node of supergraph.definitions) {
    for (const [abstract, name] of coveringsOf(node)) covered.get(abstract)?.add(name)
  }
  return {
    applies: (condition, typename) =>
      condition === typename || (covered.get(condition)?.has(typename) ?? false),
    isAbstract: (typename) => covered.has(typename),
  }
}

/** Pairs of an abstract type and one that it covers, as far as this definition says. */
function coveringsOf(node: DefinitionNode): [string, string][] {
  switch (node.kind) {
    case Kind.UNION_TYPE_DEFINITION:
      return (node.types ?? []).map(({ name }) => [node.name.value, name.value])
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return (node.interfaces ?? []).map(({ name }) => [name.value, node.name.value])
    default:
      return []
  }
}
