/** Specifications whose directives this gateway enforces itself, by identity (URL without version). */
export const AUTHENTICATED_FEATURE = 'https://specs.apollo.dev/authenticated'
export const REQUIRES_SCOPES = 'https://specs.apollo.dev/requiresScopes'
export const POLICY = 'https://specs.apollo.dev/policy'

/** The platform's own: `@public` and `@entitled`. Defined in schema/shared/directives.graphql. */
export const ACCESS = 'https://specs.logicspike.com/access'

/** Of federation: where a field lives and what it needs from elsewhere. */
export const JOIN = 'https://specs.apollo.dev/join'
