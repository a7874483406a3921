import {
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql'

type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

/** The types a caller may read; a composed supergraph has no type extensions. */
export function outputTypes(document: DocumentNode): TypeDefinitionNode[] {
  return document.definitions.filter(
    (definition): definition is TypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.UNION_TYPE_DEFINITION ||
      definition.kind === Kind.SCALAR_TYPE_DEFINITION ||
      definition.kind === Kind.ENUM_TYPE_DEFINITION,
  )
}

export function fieldsOf(definition: TypeDefinitionNode): readonly FieldDefinitionNode[] {
  return hasFields(definition) ? (definition.fields ?? []) : []
}

/** Fields of interfaces, by each type that has them from there. */
export function inheritedFields(
  document: DocumentNode,
): { readonly type: string; readonly field: FieldDefinitionNode }[] {
  const types = outputTypes(document)
  const byName = new Map(types.map((definition) => [definition.name.value, definition]))
  return types.filter(hasFields).flatMap(({ name: { value: type }, interfaces }) =>
    (interfaces ?? [])
      .flatMap(({ name }) => byName.get(name.value) ?? [])
      .flatMap(fieldsOf)
      .map((field) => ({ type, field })),
  )
}

export function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type)
}

/** Abstract type → the object types that it may stand for. */
export function possibleTypes(document: DocumentNode): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>()
  for (const definition of outputTypes(document)) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      members.set(
        definition.name.value,
        (definition.types ?? []).map(({ name }) => name.value),
      )
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue
    for (const { name } of definition.interfaces ?? []) {
      members.set(name.value, [...(members.get(name.value) ?? []), definition.name.value])
    }
  }
  return members
}

function hasFields(definition: TypeDefinitionNode): definition is TypeWithFields {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  )
}
