import type { FieldDefinitionNode } from 'graphql'
import { findDirective, readArgument } from '../../directive-readers.ts'
import type { LintRule } from '../lint-rule.ts'
import { coordinate, namedType, ownedFields } from '../sdl-nodes.ts'

const wanted = '@listSize(slicingArguments: ["first"], sizedFields: ["edges"], …)'

/** The cost of an operation is estimated before it runs, from the sizes its lists declare. */
export const connectionsHaveSizes: LintRule = {
  name: 'connections-have-sizes',
  check: ({ subgraph: { document } }) =>
    ownedFields(document)
      .filter(({ field }) => namedType(field.type).endsWith('Connection'))
      .filter(({ field }) => !isSized(field))
      .map((owned) => ({ node: owned.field, message: `${coordinate(owned)} needs ${wanted}` })),
}

function isSized(field: FieldDefinitionNode): boolean {
  const size = findDirective(field, 'listSize')
  if (size === undefined) return false
  const names = (argument: string): unknown[] => [readArgument(size, argument)].flat()
  return names('slicingArguments').includes('first') && names('sizedFields').includes('edges')
}
