import type { DocumentNode, FieldDefinitionNode, ObjectTypeDefinitionNode } from 'graphql'
import type { Finding, LintRule } from '../lint-rule.ts'
import { findObjectType, namedType, objectTypes, ownedFields, typeText } from '../sdl-nodes.ts'

/** Lists that can grow have one shape, so that one piece of client code pages through all of them. */
export const connectionsAreRelay: LintRule = {
  name: 'connections-are-relay',
  check: ({ subgraph: { document } }) => [
    ...objectTypes(document)
      .filter(({ name }) => name.value.endsWith('Connection'))
      .flatMap((node) => checkConnection(node.name.value, document)),
    ...ownedFields(document)
      .filter(({ field }) => namedType(field.type).endsWith('Connection'))
      .flatMap(({ owner, field }) =>
        checkArguments(`${owner.name.value}.${field.name.value}`, field),
      ),
  ],
}

function checkConnection(name: string, document: DocumentNode): Finding[] {
  const connection = findObjectType(document, name)
  if (connection === undefined) return []
  const edgeName = `${name.slice(0, -'Connection'.length)}Edge`
  const edge = findObjectType(document, edgeName)
  return [
    ...requireField(connection, 'edges', `[${edgeName}!]!`),
    ...requireField(connection, 'pageInfo', 'PageInfo!'),
    ...forbidNonNull(connection, 'totalCount'),
    ...(edge === undefined
      ? [{ node: connection, message: `${name} needs the type ${edgeName}` }]
      : [...requireField(edge, 'cursor', 'String!'), ...requireField(edge, 'node')]),
  ]
}

/** `first` and `after`, nullable: a client that names no size gets the default one. */
const checkArguments = (at: string, field: FieldDefinitionNode): Finding[] =>
  Object.entries({ first: 'Int', after: 'String' }).flatMap(([name, type]) => {
    const argument = field.arguments?.find((candidate) => candidate.name.value === name)
    if (argument !== undefined && typeText(argument.type) === type) return []
    return [{ node: field, message: `${at} needs the argument "${name}: ${type}"` }]
  })

function requireField(owner: ObjectTypeDefinitionNode, name: string, type?: string): Finding[] {
  const field = owner.fields?.find((candidate) => candidate.name.value === name)
  if (field !== undefined && (type === undefined || typeText(field.type) === type)) return []
  const wanted = type === undefined ? name : `${name}: ${type}`
  return [{ node: field ?? owner, message: `${owner.name.value} needs the field "${wanted}"` }]
}

/** Counting may be refused or too dear, so clients must be ready to do without. */
const forbidNonNull = (owner: ObjectTypeDefinitionNode, name: string): Finding[] =>
  (owner.fields ?? [])
    .filter((field) => field.name.value === name && typeText(field.type).endsWith('!'))
    .map((node) => ({ node, message: `${owner.name.value}.${name} must be nullable` }))
