import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals'
import { printSchema } from 'graphql'

/**
 * The schema that clients see: no federation machinery, no access rules, nothing `@inaccessible`.
 * Takes a composed supergraph; throws when it isn't one.
 */
export const printApiSchema = (supergraphSdl: string): string => {
  // The default feature set is that of @apollo/gateway, which refuses security directives outright.
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  })
  return printSchema(supergraph.apiSchema().toGraphQLJSSchema())
}
