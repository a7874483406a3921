import { hasDirective } from '../../directive-readers.ts'
import { rootTypeNames } from '../../merge-documents.ts'
import type { LintRule } from '../lint-rule.ts'
import { rootFields } from '../sdl-nodes.ts'

const doors = ['requiresScopes', 'authenticated', 'public']

/** Nobody should have to guess who may use a root field, and nothing is open by omission. */
export const accessDeclared: LintRule = {
  name: 'access-declared',
  check: ({ subgraph }) =>
    [...rootTypeNames].flatMap((type) =>
      rootFields(subgraph.document, type).flatMap((node) => {
        const declared = doors.filter((name) => hasDirective(node, name))
        const field = `${type}.${node.name.value}`
        if (declared.length === 0) {
          return [
            { node, message: `${field} needs one of @requiresScopes, @authenticated, @public` },
          ]
        }
        return declared.includes('public') && declared.length > 1
          ? [{ node, message: `${field} is @public and at once restricted` }]
          : []
      }),
    ),
}
