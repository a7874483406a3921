import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
} from 'graphql'
import type { Finding, LintRule } from '../lint-rule.ts'
import { findObjectType, namedType, rootFields, typeText } from '../sdl-nodes.ts'

/**
 * Each mutation answers with a payload of its own: nullable results, and `userErrors` that lists what
 * the caller can put right. Every member of that list implements UserError, so that clients which
 * don't know a new one can still show it.
 */
export const mutationPayloads: LintRule = {
  name: 'mutation-payloads',
  check: ({ subgraph: { document } }) =>
    rootFields(document, 'Mutation').flatMap((mutation) => {
      const wanted = `${pascalCase(mutation.name.value)}Payload`
      const payload = findObjectType(document, wanted)
      if (namedType(mutation.type) !== wanted || payload === undefined) {
        const message = `Mutation.${mutation.name.value} must answer with its own ${wanted}`
        return [{ node: mutation, message }]
      }
      return [...checkResults(payload), ...checkUserErrors(payload, mutation, document)]
    }),
}

const checkResults = (payload: ObjectTypeDefinitionNode): Finding[] =>
  (payload.fields ?? [])
    .filter(({ name, type }) => name.value !== 'userErrors' && type.kind === Kind.NON_NULL_TYPE)
    .map((node) => ({
      node,
      message: `${payload.name.value}.${node.name.value} must be nullable: a refusal has no result`,
    }))

function checkUserErrors(
  payload: ObjectTypeDefinitionNode,
  mutation: FieldDefinitionNode,
  document: DocumentNode,
): Finding[] {
  const union = `${pascalCase(mutation.name.value)}UserError`
  const field = payload.fields?.find(({ name }) => name.value === 'userErrors')
  const allowed = [`[${union}!]!`, '[UserError!]!']
  if (field === undefined || !allowed.includes(typeText(field.type))) {
    const message = `${payload.name.value} needs "userErrors: [${union}!]!" or "[UserError!]!"`
    return [{ node: field ?? payload, message }]
  }
  return typeText(field.type) === '[UserError!]!' ? [] : checkUnion(union, field, document)
}

function checkUnion(name: string, field: FieldDefinitionNode, document: DocumentNode): Finding[] {
  const union = document.definitions
    .filter((node) => node.kind === Kind.UNION_TYPE_DEFINITION)
    .find((node) => node.name.value === name)
  if (union === undefined) return [{ node: field, message: `${name} must be a union` }]
  return (union.types ?? [])
    .filter((member) => !isUserError(findObjectType(document, member.name.value)))
    .map((node) => ({ node, message: `${node.name.value} must implement UserError` }))
}

const isUserError = (type: ObjectTypeDefinitionNode | undefined): boolean =>
  (type?.interfaces ?? []).some(({ name }) => name.value === 'UserError')

const pascalCase = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
