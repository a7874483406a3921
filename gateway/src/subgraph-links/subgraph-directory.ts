import { internal } from '@logicspike/errors'
import type { SubgraphLink } from './subgraph-link.ts'

/** Finds the way to subgraphs by what the supergraph says of them. */
export type SubgraphDirectory = {
  /** @throws AppError where the supergraph does not say where it is */
  linkTo(subgraph: { name: string; url: string | undefined }): SubgraphLink
  /** Lets requests under way end, then frees connections. */
  close(): Promise<void>
}

/**
 * One link for each name and address, kept for all supergraphs that name it.
 * @param create makes the link to a subgraph
 */
export function createSubgraphDirectory(
  create: (subgraph: { name: string; url: string }) => SubgraphLink,
): SubgraphDirectory {
  const links = new Map<string, SubgraphLink>()
  return {
    linkTo({ name, url }) {
      if (!url || !URL.canParse(url)) {
        throw internal(`the supergraph gives subgraph ${name} no URL; compose it with one`)
      }
      const key = `${name} ${url}`
      const link = links.get(key) ?? create({ name, url })
      links.set(key, link)
      return link
    },
    async close() {
      await Promise.all([...links.values()].map((link) => link.close()))
    },
  }
}
