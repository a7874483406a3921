import {
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type StringValueNode,
} from 'graphql'
import { hasDirective } from '../../directive-readers.ts'
import { rootTypeNames } from '../../merge-documents.ts'
import type { Finding, LintContext, LintRule } from '../lint-rule.ts'
import {
  enumTypes,
  type FieldOwner,
  fieldOwners,
  findObjectType,
  inputTypes,
} from '../sdl-nodes.ts'

/**
 * The schema is the reference manual: everything in it says what it is. Only the one `input` of a
 * mutation needs no words of its own, because its type belongs to that mutation and is described.
 */
export const descriptionsPresent: LintRule = {
  name: 'descriptions-present',
  check: (context) => [
    ...checkTypes(context),
    ...fieldOwners(context.subgraph.document).flatMap((owner) => checkFields(owner, context)),
    ...checkInputs(context),
    ...checkEnumValues(context),
    ...checkDirectives(context),
  ],
}

const checkTypes = (context: LintContext): Finding[] =>
  context.subgraph.document.definitions
    .filter(isTypeDefinitionNode)
    .filter(({ name }) => !rootTypeNames.has(name.value) && !isBorrowed(name.value, context))
    .flatMap((node) => undescribed(node, node.name.value))

function checkFields(owner: FieldOwner, context: LintContext): Finding[] {
  const type = owner.name.value
  const isBorrowedKey = ({ name }: FieldDefinitionNode): boolean =>
    name.value === 'id' && isBorrowed(type, context)
  return (owner.fields ?? [])
    .filter((field) => !hasDirective(field, 'external') && !isBorrowedKey(field))
    .flatMap((field) => [
      ...undescribed(field, `${type}.${field.name.value}`),
      ...(type === 'Mutation'
        ? []
        : checkValues(field.arguments, `${type}.${field.name.value}, argument `)),
    ])
}

const checkInputs = ({ subgraph }: LintContext): Finding[] =>
  inputTypes(subgraph.document).flatMap(({ name, fields }) => checkValues(fields, `${name.value}.`))

const checkEnumValues = ({ subgraph }: LintContext): Finding[] =>
  enumTypes(subgraph.document).flatMap((type) =>
    (type.values ?? []).flatMap((value) =>
      undescribed(value, `${type.name.value}.${value.name.value}`),
    ),
  )

const checkDirectives = ({ subgraph }: LintContext): Finding[] =>
  subgraph.document.definitions
    .filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION)
    .flatMap((node) => [
      ...undescribed(node, `@${node.name.value}`),
      ...checkValues(node.arguments, `@${node.name.value}, argument `),
    ])

const checkValues = (
  nodes: readonly InputValueDefinitionNode[] | undefined,
  prefix: string,
): Finding[] => (nodes ?? []).flatMap((node) => undescribed(node, `${prefix}${node.name.value}`))

/**
 * Whether this subgraph only refers or contributes to the type. The owner of an entity describes it
 * and its key; a second description would make composition pick either.
 */
function isBorrowed(type: string, { subgraph, others }: LintContext): boolean {
  const own = findObjectType(subgraph.document, type)
  return (
    own !== undefined &&
    own.description === undefined &&
    hasDirective(own, 'key') &&
    others.some(({ document }) => findObjectType(document, type)?.description !== undefined)
  )
}

type Describable = Finding['node'] & { readonly description?: StringValueNode | undefined }

const undescribed = (node: Describable, name: string): Finding[] =>
  node.description === undefined || node.description.value.trim() === ''
    ? [{ node, message: `${name} has no description` }]
    : []
