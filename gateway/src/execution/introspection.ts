import {
  executeSync,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import type { JsonObject } from './json.ts'

/** Answers the `__schema` and `__type` of an operation; null for one that has none. */
export type Introspection = (variables: Readonly<Record<string, unknown>>) => JsonObject

/**
 * Introspection is answered here, by graphql-js, from the schema that clients see.
 * @param operation as expandFragments makes it
 */
export function compileIntrospection(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): Introspection | null {
  const selections = metaFields(operation.selectionSet)
  if (selections.length === 0) return null
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections }
  const used = variablesIn(selectionSet)
  const definition: OperationDefinitionNode = {
    ...operation,
    selectionSet,
    variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
      used.has(variable.name.value),
    ),
  }
  return (variableValues) => {
    const { data, errors } = executeSync({
      schema,
      document: { kind: Kind.DOCUMENT, definitions: [definition] },
      variableValues,
    })
    if (errors?.[0]) throw errors[0]
    return { ...data }
  }
}

function metaFields({ selections }: SelectionSetNode): SelectionNode[] {
  return selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FIELD) {
      return node.name.value === '__schema' || node.name.value === '__type' ? [node] : []
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) return []
    const inner = metaFields(node.selectionSet)
    if (inner.length === 0) return []
    return [{ ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: inner } }]
  })
}

function variablesIn(selectionSet: SelectionSetNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(selectionSet, { Variable: ({ name }) => void names.add(name.value) })
  return names
}
