import { hasDirective } from '../../directive-readers.ts'
import type { LintRule } from '../lint-rule.ts'
import { findObjectType, objectTypes } from '../sdl-nodes.ts'

/** An entity belongs to one subgraph, which describes it; of two descriptions composition would pick either. */
export const entitiesDescribedOnce: LintRule = {
  name: 'entities-described-once',
  check: ({ subgraph, others }) =>
    objectTypes(subgraph.document)
      .filter((node) => hasDirective(node, 'key'))
      .filter(({ name }) => findObjectType(subgraph.document, name.value)?.description)
      .flatMap((node) => {
        const type = node.name.value
        const rival = others.find(({ document }) => findObjectType(document, type)?.description)
        return rival === undefined
          ? []
          : [{ node, message: `${type} is described by ${rival.name} too; only its owner should` }]
      }),
}
