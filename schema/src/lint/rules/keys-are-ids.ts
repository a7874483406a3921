import type { DocumentNode } from 'graphql'
import { readArgument } from '../../directive-readers.ts'
import type { LintRule } from '../lint-rule.ts'
import { objectTypes, typeText } from '../sdl-nodes.ts'

/** Ids are global, so one key is enough; others would carry data or make lookups ambiguous. */
export const keysAreIds: LintRule = {
  name: 'keys-are-ids',
  check: ({ subgraph: { document } }) =>
    objectTypes(document).flatMap((node) => {
      const type = node.name.value
      const keys = (node.directives ?? []).filter(({ name }) => name.value === 'key')
      if (keys.some((key) => readArgument(key, 'fields') !== 'id')) {
        return [{ node, message: `The key of ${type} must be "id"` }]
      }
      return keys.length === 0 || hasId(type, document)
        ? []
        : [{ node, message: `${type} has a key, so it needs the field "id: ID!"` }]
    }),
}

/** Whether the type, or an extension of it in another module, has the id. */
const hasId = (type: string, document: DocumentNode): boolean =>
  objectTypes(document)
    .filter(({ name }) => name.value === type)
    .flatMap(({ fields = [] }) => fields)
    .some((field) => field.name.value === 'id' && typeText(field.type) === 'ID!')
