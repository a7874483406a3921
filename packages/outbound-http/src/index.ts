export {
  type FailureReason,
  OutboundFailed,
  OutboundRefused,
  type RefusalReason,
} from './outbound-errors.ts'
export {
  createOutboundHttp,
  LOOPBACK,
  type OutboundHttp,
  type OutboundPolicy,
  type OutboundRequest,
  type OutboundResponse,
} from './outbound-http.ts'
