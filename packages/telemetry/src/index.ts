export { createLogger, type Logger } from './logger.ts'
export { acceptRequestId, newRequestId } from './request-id.ts'
export { type LoggedError, serializeError } from './serialize-error.ts'
