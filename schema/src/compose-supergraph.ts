import { composeServices } from '@apollo/composition'
import type { DocumentNode, GraphQLError } from 'graphql'
import { printApiSchema } from './api-schema.ts'

/** What one subgraph contributes. */
export type ComposableSubgraph = {
  readonly name: string
  readonly routingUrl: string
  readonly document: DocumentNode
}

/** A composed graph, or the sentences that say why the subgraphs do not fit together. */
export type Composition =
  | {
      readonly ok: true
      readonly supergraphSdl: string
      readonly apiSdl: string
      /** Advice of the composer, such as two descriptions that differ. Not errors. */
      readonly hints: readonly string[]
    }
  | { readonly ok: false; readonly errors: readonly string[] }

/** Composes the subgraphs with the same library that rover uses. Pure: the same input gives the same text. */
export const composeSupergraph = (subgraphs: readonly ComposableSubgraph[]): Composition => {
  const result = composeServices(
    subgraphs.map(({ name, routingUrl, document }) => ({
      name,
      url: routingUrl,
      typeDefs: document,
    })),
  )
  if (result.errors !== undefined) {
    return { ok: false, errors: result.errors.map(describeError) }
  }
  return {
    ok: true,
    supergraphSdl: withFinalNewline(result.supergraphSdl),
    apiSdl: withFinalNewline(printApiSchema(result.supergraphSdl)),
    hints: result.hints.map((hint) => hint.toString()),
  }
}

/** `CODE: message`, then one line for each place in the SDL that takes part in the conflict. */
const describeError = (error: GraphQLError): string => {
  const code = error.extensions.code
  const headline = typeof code === 'string' ? `${code}: ${error.message}` : error.message
  const places = (error.nodes ?? []).flatMap(({ loc }) =>
    loc === undefined ? [] : [`    at ${loc.source.name}:${loc.startToken.line}`],
  )
  return [headline, ...new Set(places)].join('\n')
}

const withFinalNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)
