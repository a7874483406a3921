export { createLogger, type Logger } from './logger.ts'
export { acceptRequestId, newRequestId } from './request-id.ts'
