import { fileURLToPath } from 'node:url'

/** The composed file that `npm run compose` writes. */
export const supergraphPath = fileURLToPath(
  new URL('../../../schema/supergraph.graphql', import.meta.url),
)
