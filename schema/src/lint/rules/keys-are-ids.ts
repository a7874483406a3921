import { findDirective, readArgument } from '../../directive-readers.ts'
import type { LintRule } from '../lint-rule.ts'
import { objectTypes, typeText } from '../sdl-nodes.ts'

/** Ids are global, so one key is enough; others would carry data or make lookups ambiguous. */
export const keysAreIds: LintRule = {
  name: 'keys-are-ids',
  check: ({ subgraph: { document } }) =>
    objectTypes(document).flatMap((node) => {
      const keys = (node.directives ?? []).filter(({ name }) => name.value === 'key')
      const wrong = keys.filter((key) => readArgument(key, 'fields') !== 'id')
      const id = node.fields?.find(({ name }) => name.value === 'id')
      const type = node.name.value
      if (wrong.length > 0) return [{ node, message: `The key of ${type} must be "id"` }]
      if (findDirective(node, 'key') !== undefined && (!id || typeText(id.type) !== 'ID!')) {
        return [{ node, message: `${type} has a key, so it needs the field "id: ID!"` }]
      }
      return []
    }),
}
