import { sha256 } from '@logicspike/secrets'
import { type DocumentNode, getOperationAST, Kind, visit } from 'graphql'

type Live = { readonly sharedBy: string; readonly key: string }

/**
 * Whether a subscription's stream may be shared, and what of it must be equal then: the operation
 * and its variables, without the one by which it says where to begin.
 * @param operationKey of the operation and what its caller may read of it
 * @param variables coerced
 * @param fields that may be shared, as `Subscription.field`, with by whom
 */
export function liveOf(
  { document, operationName }: { document: DocumentNode; operationName: string | undefined },
  operationKey: string,
  variables: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, string>,
): Live | null {
  const operation = getOperationAST(document, operationName)
  const [field] = operation?.selectionSet.selections ?? []
  if (field?.kind !== Kind.FIELD) return null
  const sharedBy = fields.get(`Subscription.${field.name.value}`)
  if (sharedBy === undefined) return null
  const after = field.arguments?.find(({ name }) => name.value === 'after')?.value
  const cursor = after?.kind === Kind.VARIABLE ? after.name.value : null
  const { [cursor ?? '']: _, ...others } = variables
  const compared = cursor !== null && usesOf(cursor, document) === 1 ? others : variables
  const sorted = Object.entries(compared).sort(([one], [other]) => (one < other ? -1 : 1))
  return { sharedBy, key: sha256(JSON.stringify([operationKey, sorted])) }
}

/** How often a variable is used, its definitions left out. */
function usesOf(variable: string, document: DocumentNode): number {
  let uses = 0
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      if (name.value === variable) uses += 1
    },
  })
  return uses
}
