import { parse, Source } from 'graphql'
import type { LintRule } from '../../src/lint/lint-rule.ts'
import { lintSubgraphs } from '../../src/lint/lint-subgraphs.ts'

/** Messages of one rule about a subgraph with this SDL, in a graph with the other subgraphs. */
export function lintSdl(
  rule: LintRule,
  sdl: string,
  { others = {}, scopes = [] }: { others?: Record<string, string>; scopes?: string[] } = {},
): string[] {
  const subgraphs = Object.entries({ mine: sdl, ...others }).map(([name, text]) => ({
    name,
    document: parse(new Source(text, `${name}.graphql`)),
  }))
  return lintSubgraphs(subgraphs, new Set(scopes), [rule])
    .filter(({ place }) => place.startsWith('mine.graphql'))
    .map(({ message }) => message)
}
