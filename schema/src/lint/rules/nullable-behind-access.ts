import { Kind } from 'graphql'
import { hasDirective } from '../../directive-readers.ts'
import type { LintRule } from '../lint-rule.ts'
import { coordinate, ownedFields } from '../sdl-nodes.ts'

const guards = ['requiresScopes', 'authenticated', 'entitled']

/** A refused field answers null; if it may not, the refusal takes its parent, at the root everything, with it. */
export const nullableBehindAccess: LintRule = {
  name: 'nullable-behind-access',
  check: ({ subgraph: { document } }) =>
    ownedFields(document)
      .filter(({ field }) => guards.some((name) => hasDirective(field, name)))
      .filter(({ field }) => field.type.kind === Kind.NON_NULL_TYPE)
      .map((owned) => ({
        node: owned.field,
        message: `${coordinate(owned)} may be refused, so it must be nullable`,
      })),
}
