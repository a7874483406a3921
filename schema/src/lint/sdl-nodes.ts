import {
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputObjectTypeExtensionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  print,
  type TypeNode,
} from 'graphql'

/** A node that has output fields. */
export type FieldOwner =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode

/** An output field and the type it stands in. */
export type OwnedField = { readonly owner: FieldOwner; readonly field: FieldDefinitionNode }

/** Object types and their extensions. */
export const objectTypes = (
  document: DocumentNode,
): (ObjectTypeDefinitionNode | ObjectTypeExtensionNode)[] =>
  document.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION,
  )

/** Everything with output fields. */
export const fieldOwners = (document: DocumentNode): FieldOwner[] => [
  ...objectTypes(document),
  ...document.definitions.filter((node) => node.kind === Kind.INTERFACE_TYPE_DEFINITION),
]

/** Every output field of a document. */
export const ownedFields = (document: DocumentNode): OwnedField[] =>
  fieldOwners(document).flatMap((owner) => (owner.fields ?? []).map((field) => ({ owner, field })))

/** Input types and their extensions. */
export const inputTypes = (
  document: DocumentNode,
): (InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode)[] =>
  document.definitions.filter(
    (node) =>
      node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ||
      node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION,
  )

/** Enum types. */
export const enumTypes = (document: DocumentNode): EnumTypeDefinitionNode[] =>
  document.definitions.filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION)

/** Fields of one root type. */
export const rootFields = (document: DocumentNode, rootType: string): FieldDefinitionNode[] =>
  objectTypes(document)
    .filter(({ name }) => name.value === rootType)
    .flatMap(({ fields = [] }) => fields)

/** The object type of a name, without its extensions. */
export const findObjectType = (
  document: DocumentNode,
  name: string,
): ObjectTypeDefinitionNode | undefined =>
  document.definitions
    .filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .find((node) => node.name.value === name)

/** `Person.name`. */
export const coordinate = ({ owner, field }: OwnedField): string =>
  `${owner.name.value}.${field.name.value}`

/** A type as SDL writes it: `[Person!]!`. */
export const typeText = (type: TypeNode): string => print(type)

/** The name within lists and non-nulls: `Person` for `[Person!]!`. */
export const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
