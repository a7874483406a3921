import { findDirective, readArgument } from '../../directive-readers.ts'
import type { LintRule } from '../lint-rule.ts'
import { coordinate, namedType, ownedFields } from '../sdl-nodes.ts'

/** The cost of an operation is estimated before it runs, from the sizes its lists declare. */
export const connectionsHaveSizes: LintRule = {
  name: 'connections-have-sizes',
  check: ({ subgraph: { document } }) =>
    ownedFields(document)
      .filter(({ field }) => namedType(field.type).endsWith('Connection'))
      .filter(({ field }) => {
        const size = findDirective(field, 'listSize')
        const slicing = size === undefined ? undefined : readArgument(size, 'slicingArguments')
        return !Array.isArray(slicing) || !slicing.includes('first')
      })
      .map((owned) => ({
        node: owned.field,
        message: `${coordinate(owned)} needs @listSize(slicingArguments: ["first"], …)`,
      })),
}
