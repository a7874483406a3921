import {
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  type TypeDefinitionNode,
  visit,
} from 'graphql'
import { rootTypeNames } from './merge-documents.ts'

/** Names of the types that an operation on this schema can meet, starting from the root types. */
export function findReachableTypes({ definitions }: DocumentNode): ReadonlySet<string> {
  const types = definitions.filter(isTypeDefinitionNode)
  const reached = new Set<string>()
  const queue = [...rootTypeNames]
  // The array grows while it is walked; names that are already reached end the walk.
  for (const name of queue) {
    if (reached.has(name)) continue
    reached.add(name)
    for (const type of types) {
      if (type.name.value === name) queue.push(...namesWithin(type))
      else if (implementsInterface(type, name)) queue.push(type.name.value)
    }
  }
  return reached
}

function namesWithin(type: TypeDefinitionNode): string[] {
  const names: string[] = []
  visit(type, {
    NamedType: ({ name }) => {
      names.push(name.value)
    },
  })
  return names
}

const implementsInterface = (type: TypeDefinitionNode, name: string): boolean =>
  (type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION) &&
  (type.interfaces ?? []).some((candidate) => candidate.name.value === name)
