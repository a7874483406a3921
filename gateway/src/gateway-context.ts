import type { Principal } from '@logicspike/auth'
import type { OperationRecord } from './observability/operation-record.ts'
import type { OperationTrace } from './observability/operation-trace.ts'
import type { DeferralSlot } from './supergraph/deferral-slot.ts'
import type { SubscriptionSlot } from './supergraph/subscription-slot.ts'

/** What the gateway knows of one GraphQL request, all of it verified or made here. */
export type GatewayContext = {
  readonly requestId: string
  /** The caller by its access token; null for an anonymous one. */
  readonly principal: Principal | null
  /** The verified token, for subgraphs, which verify it again. */
  readonly accessToken: string | null
  readonly clientIp: string
  readonly userAgent: string | null
  /** The page that sent the request, as its browser says. */
  readonly origin: string | null
  /** The session cookies of the request, for identity only; null where there are none. */
  readonly sessionCookies: string | null
  /** `set-cookie` headers that identity asked for while this request was answered. */
  readonly setCookies: string[]
  /** Aborted when the client has gone. */
  readonly signal?: AbortSignal | undefined
  /** Told of each answer of a subgraph; absent where nobody wants to know. */
  readonly onAnswer?: (() => void) | undefined
  /** Where a subscription is put; absent where the answer cannot be a stream. */
  readonly subscription?: SubscriptionSlot | undefined
  /** Where later parts of the answer are put; absent where it can only be sent whole. */
  readonly deferral?: DeferralSlot | undefined
  /** The request may not change anything, whatever its operation is. */
  readonly isReadOnly?: boolean | undefined
  /** The trace it is part of; null where there is none. */
  readonly trace?: OperationTrace | null | undefined
  /** Where its times are written down; absent for what is done for the messages of a stream. */
  readonly record?: OperationRecord | undefined
}
