import { readScopes } from '../../directive-readers.ts'
import type { LintRule } from '../lint-rule.ts'
import { coordinate, objectTypes, ownedFields } from '../sdl-nodes.ts'

/** A scope that no role can ever hold closes a field for good, usually by a typing error. */
export const scopesRegistered: LintRule = {
  name: 'scopes-registered',
  check: ({ subgraph: { document }, scopes }) => {
    const places = [
      ...objectTypes(document).map((node) => ({ node, at: node.name.value })),
      ...ownedFields(document).map((owned) => ({ node: owned.field, at: coordinate(owned) })),
    ]
    return places.flatMap(({ node, at }) => {
      const groups = readScopes(node)
      if (groups === null) return []
      if (groups.flat().length === 0) return [{ node, message: `${at} requires no scope at all` }]
      return groups
        .flat()
        .filter((scope) => !scopes.has(scope))
        .map((scope) => ({ node, message: `${at} requires "${scope}", which is not registered` }))
    })
  },
}
