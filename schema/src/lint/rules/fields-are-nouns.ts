import type { LintRule } from '../lint-rule.ts'
import { coordinate, ownedFields } from '../sdl-nodes.ts'

const fetching = /^(get|list|fetch|find)[A-Z]/

/** A query names what it wants: `plan`, `plans`, never `getPlan` or `listPlans`. */
export const fieldsAreNouns: LintRule = {
  name: 'fields-are-nouns',
  check: ({ subgraph: { document } }) =>
    ownedFields(document)
      .filter(({ field }) => fetching.test(field.name.value))
      .map((owned) => ({
        node: owned.field,
        message: `${coordinate(owned)} must name what it answers, without get, list, fetch or find`,
      })),
}
