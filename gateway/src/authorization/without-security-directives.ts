import {
  type ASTNode,
  type ASTVisitor,
  type ConstDirectiveNode,
  parse,
  print,
  visit,
} from 'graphql'
import { type LinkedFeature, linkedFeatures } from './linked-features.ts'
import { AUTHENTICATED_FEATURE, POLICY, REQUIRES_SCOPES } from './security-features.ts'

const ENFORCED_HERE = new Map([
  [AUTHENTICATED_FEATURE, 'authenticated'],
  [REQUIRES_SCOPES, 'requiresScopes'],
  [POLICY, 'policy'],
])

/**
 * The supergraph as `@apollo/gateway` accepts it. It refuses every feature linked `for: SECURITY`
 * that it does not know, and it knows none of the three that this gateway enforces before planning.
 * Their links, definitions and uses go; all else stays, so that a security feature which nobody
 * enforces still stops the gateway from loading.
 */
export function withoutSecurityDirectives(supergraphSdl: string): string {
  const document = parse(supergraphSdl, { noLocation: true })
  const dropped = linkedFeatures(document).filter(({ identity }) => ENFORCED_HERE.has(identity))
  return dropped.length === 0 ? supergraphSdl : print(visit(document, without(dropped)))
}

function without(features: readonly LinkedFeature[]): ASTVisitor {
  const links = new Set<ASTNode>(features.map(({ node }) => node))
  const directives = new Set(
    features.map((feature) => feature.directiveName(ENFORCED_HERE.get(feature.identity) ?? '')),
  )
  const isOwned = (name: string) => features.some((feature) => feature.ownsType(name))
  return {
    Directive: (node) =>
      links.has(node as ConstDirectiveNode) || directives.has(node.name.value) ? null : undefined,
    DirectiveDefinition: (node) => (directives.has(node.name.value) ? null : undefined),
    ScalarTypeDefinition: (node) => (isOwned(node.name.value) ? null : undefined),
    EnumTypeDefinition: (node) => (isOwned(node.name.value) ? null : undefined),
  }
}
