import type { LintRule } from '../lint-rule.ts'
import { mutationVerbs } from '../mutation-verbs.ts'
import { rootFields } from '../sdl-nodes.ts'

/** One action, one mutation, in the words of the business: `cancelPlanSubscription`. */
export const mutationsBeginWithVerbs: LintRule = {
  name: 'mutations-begin-with-verbs',
  check: ({ subgraph: { document } }) =>
    rootFields(document, 'Mutation').flatMap((node) => {
      const verb = /^[a-z]+/.exec(node.name.value)?.[0] ?? ''
      if (mutationVerbs.has(verb)) return []
      const advice = 'a new verb belongs in schema/src/lint/mutation-verbs.ts'
      return [{ node, message: `Mutation.${node.name.value} begins with no known verb; ${advice}` }]
    }),
}
