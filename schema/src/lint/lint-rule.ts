import type { ASTNode, DocumentNode } from 'graphql'

/** A subgraph as lint sees it. */
export type LintedSubgraph = { readonly name: string; readonly document: DocumentNode }

/** What a rule may look at: one subgraph, and the others for what only the whole graph can tell. */
export type LintContext = {
  readonly subgraph: LintedSubgraph
  readonly others: readonly LintedSubgraph[]
  /** Permission strings that exist. */
  readonly scopes: ReadonlySet<string>
}

/** Something that breaks a rule, at a node of the SDL. */
export type Finding = { readonly node: ASTNode; readonly message: string }

/** One convention of the schema as a pure function. Its name is shown with each finding. */
export type LintRule = {
  readonly name: string
  readonly check: (context: LintContext) => readonly Finding[]
}
