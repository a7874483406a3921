export {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_MAX_TTL_SECONDS,
  ACCESS_TOKEN_TTL_SECONDS,
  ACCESS_TOKEN_TYP,
  type AccessTokenClaims,
  accessTokenTtlSeconds,
  CLOCK_TOLERANCE_SECONDS,
  type ServiceTokenClaims,
  type UserTokenClaims,
} from './access-token.ts'
export { MAX_TOKEN_LENGTH } from './compact-token.ts'
export {
  createEpochRegistry,
  type EpochBump,
  type EpochClaims,
  type EpochFeed,
  type EpochRegistry,
  type EpochSource,
  memberSubject,
  PUSHED_POLL_MS,
  sessionSubject,
} from './epochs.ts'
export {
  createGatewayKey,
  createGatewayKeyring,
  GATEWAY_KEY_HEADER,
  type GatewayKeyRecord,
  type GatewayKeyring,
} from './gateway-keys.ts'
export { httpJwksFetcher } from './http-jwks-fetcher.ts'
export { ipPrefix } from './ip-prefix.ts'
export { createKeySource, type KeySource, type KeySourceOptions } from './key-source.ts'
export { parseAccessTokenClaims } from './parse-access-token-claims.ts'
export {
  definePermissions,
  isPermission,
  isServiceName,
  PERMISSION_MAX_LENGTH,
  type Permission,
  type TemplateRole,
} from './permissions/permission.ts'
export {
  expandRole,
  isPlatformService,
  listPermissions,
  type PlatformPermission,
  rankOf,
  TEMPLATE_ROLES,
} from './permissions/registry.ts'
export { isSubset, parseScope, serialiseScope, sortScopes } from './permissions/scopes.ts'
export { type Principal, principalOf } from './principal.ts'
export type { AuthLog, Clock } from './seams.ts'
export {
  createTokenVerifier,
  type TokenVerifier,
  type TokenVerifierOptions,
} from './token-verifier.ts'
