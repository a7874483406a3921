import { isTypeDefinitionNode, type NameNode } from 'graphql'
import type { Finding, LintRule } from '../lint-rule.ts'
import { enumTypes, inputTypes, ownedFields } from '../sdl-nodes.ts'

const pascalCase = /^[A-Z][A-Za-z0-9]*$/
const camelCase = /^[a-z][A-Za-z0-9]*$/
const screamingSnakeCase = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/

/** PascalCase types, camelCase fields and arguments, SCREAMING_SNAKE_CASE enum values. */
export const namesFollowCase: LintRule = {
  name: 'names-follow-case',
  check: ({ subgraph: { document } }) => {
    const types = document.definitions.filter(isTypeDefinitionNode)
    const fields = ownedFields(document).map(({ field }) => field)
    const inputFields = inputTypes(document).flatMap(({ fields: own = [] }) => own)
    const values = enumTypes(document).flatMap(({ values: own = [] }) => own)
    return [
      ...namesOutside(types, pascalCase, 'PascalCase'),
      ...namesOutside([...fields, ...inputFields], camelCase, 'camelCase'),
      ...namesOutside(
        fields.flatMap(({ arguments: args = [] }) => args),
        camelCase,
        'camelCase',
      ),
      ...namesOutside(values, screamingSnakeCase, 'SCREAMING_SNAKE_CASE'),
    ]
  },
}

const namesOutside = (
  nodes: readonly { readonly name: NameNode }[],
  pattern: RegExp,
  wanted: string,
): Finding[] =>
  nodes
    .filter(({ name }) => !pattern.test(name.value))
    .map(({ name }) => ({ node: name, message: `"${name.value}" must be in ${wanted}` }))
