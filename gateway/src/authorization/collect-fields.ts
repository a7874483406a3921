import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Denial } from './denial.ts'
import { type PlainSelection, plain } from './expand-fragments.ts'

/** Selections on one object, and why where all of them are denied with their parent. */
export type Source = { readonly set: SelectionSetNode; readonly denied: Denial | null }
/** One place where a response key is asked for, and why where that place is denied. */
export type Entry = { readonly node: FieldNode; readonly denied: Denial | null }

export type CollectionContext = {
  readonly schema: GraphQLSchema
  /** Coerced, for `@skip` and `@include`. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly removed: ReadonlyMap<FieldNode, Denial>
}

/** CollectFields of GraphQL §6.3.2: response key → where it is asked for, in order of the request. */
export function collectFields(
  type: GraphQLObjectType,
  sources: readonly Source[],
  context: CollectionContext,
): Map<string, Entry[]> {
  const entries = sources.flatMap(({ set, denied }) => entriesOf(type, set, denied, context))
  return Map.groupBy(entries, ({ node }) => node.alias?.value ?? node.name.value)
}

function entriesOf(
  type: GraphQLObjectType,
  set: SelectionSetNode,
  denied: Denial | null,
  context: CollectionContext,
): Entry[] {
  return plain(set).flatMap((node) => {
    if (!isIncluded(node, context.variables)) return []
    if (node.kind === Kind.FIELD) {
      return [{ node, denied: denied ?? context.removed.get(node) ?? null }]
    }
    return applies(node, type, context.schema)
      ? entriesOf(type, node.selectionSet, denied, context)
      : []
  })
}

function applies(node: PlainSelection, type: GraphQLObjectType, schema: GraphQLSchema): boolean {
  const condition = node.kind === Kind.INLINE_FRAGMENT ? node.typeCondition?.name.value : undefined
  if (condition === undefined || condition === type.name) return true
  const abstract = schema.getType(condition)
  return isAbstractType(abstract) && schema.isSubType(abstract, type)
}

function isIncluded(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (!node.directives || node.directives.length === 0) return true
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
}
