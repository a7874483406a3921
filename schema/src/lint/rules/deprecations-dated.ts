import { type DirectiveNode, visit } from 'graphql'
import { readRemovalDate } from '../../deprecation-date.ts'
import type { Finding, LintRule } from '../lint-rule.ts'

/** Clients plan by the day an element goes; the breaking-change check holds us to it. */
export const deprecationsDated: LintRule = {
  name: 'deprecations-dated',
  check: ({ subgraph: { document } }) => {
    const findings: Finding[] = []
    visit(document, {
      Directive: (node: DirectiveNode) => {
        if (node.name.value !== 'deprecated' || readRemovalDate(node) !== null) return
        const message = 'A deprecation names the day: "Use x. Removed after 2027-04-01."'
        findings.push({ node, message })
      },
    })
    return findings
  },
}
