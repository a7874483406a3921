import { type ASTNode, getLocation } from 'graphql'
import type { LintedSubgraph, LintRule } from './lint-rule.ts'
import { lintRules } from './rules.ts'

/** A broken convention, ready to print. */
export type Problem = {
  /** `file:line:column`, or the subgraph when the node stands in no file. */
  readonly place: string
  readonly message: string
  readonly rule: string
}

/**
 * Holds the SDL of all subgraphs to the conventions. Empty when all is well.
 * A problem of the shared SDL is reported once, not once for each subgraph that includes it.
 */
export function lintSubgraphs(
  subgraphs: readonly LintedSubgraph[],
  scopes: ReadonlySet<string>,
  rules: readonly LintRule[] = lintRules,
): Problem[] {
  const problems = subgraphs.flatMap((subgraph) => {
    const others = subgraphs.filter((other) => other !== subgraph)
    return rules.flatMap(({ name, check }) =>
      check({ subgraph, others, scopes }).map(
        ({ node, message }): Problem => ({ place: placeOf(node, subgraph), message, rule: name }),
      ),
    )
  })
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()]
}

/** `file:line:column  message  (rule)`. */
export const formatProblem = ({ place, message, rule }: Problem): string =>
  `${place}  ${message}  (${rule})`

function placeOf({ loc }: ASTNode, { name }: LintedSubgraph): string {
  if (loc === undefined) return name
  const { line, column } = getLocation(loc.source, loc.start)
  return `${loc.source.name}:${line}:${column}`
}
