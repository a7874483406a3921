import { Kind } from 'graphql'
import type { LintRule } from '../lint-rule.ts'

/**
 * `@link` may rename what it imports, and a renamed `@authenticated` has slipped past gateways
 * (GHSA-g8jh-vg5j-4h3f). So imports stand in one file, under their own names.
 */
export const linksAreShared: LintRule = {
  name: 'links-are-shared',
  check: ({ subgraph: { document } }) =>
    document.definitions
      .filter(({ kind }) => kind === Kind.SCHEMA_EXTENSION || kind === Kind.SCHEMA_DEFINITION)
      .filter(({ loc }) => loc?.source.name !== 'schema/shared/directives.graphql')
      .map((node) => ({ node, message: 'Only schema/shared/directives.graphql may use @link' })),
}
