export { createLogger, type Logger } from './logger.ts'
export { type OpenTracing, openTracing } from './open-tracing.ts'
export { acceptRequestId, newRequestId } from './request-id.ts'
export { type LoggedError, serializeError } from './serialize-error.ts'
export {
  readTraceContext,
  type TraceContext,
  type TraceHeaders,
  traceHeaders,
} from './trace-context.ts'
