export {
  AppError,
  badRequest,
  conflict,
  entitlementRequired,
  forbidden,
  internal,
  notFound,
  rateLimited,
  unauthenticated,
  upstreamTimeout,
  upstreamUnavailable,
} from './app-error.ts'
export { type ErrorCode, errorCodes, isErrorCode } from './codes.ts'
export { type ErrorReport, formatGraphQLError, toGraphQLError } from './graphql.ts'
export { ok, type Refusal, type Result, refuse, type Success } from './result.ts'
