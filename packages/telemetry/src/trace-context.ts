/** Where a request stands in a trace (W3C Trace Context, level 1). */
export type TraceContext = {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits, of the span that asks. */
  readonly spanId: string
  /** Whether whoever asks records its spans. */
  readonly isSampled: boolean
  /** What vendors along the way have added; null for nothing, or nothing well-formed. */
  readonly state: string | null
}

/** The headers by which a trace goes on. */
export type TraceHeaders = { readonly traceparent: string; readonly tracestate?: string }

type Headers = Readonly<Record<string, string | string[] | undefined>>

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const NOTHING = /^0+$/
const MEMBER =
  /^[a-z0-9][a-z0-9_\-*/]{0,240}(@[a-z][a-z0-9_\-*/]{0,13})?=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/
const MOST_MEMBERS = 32
const LONGEST_STATE = 512

/** @returns null where there is none, or one that is not as the specification has it */
export function readTraceContext({ traceparent, tracestate }: Headers): TraceContext | null {
  if (typeof traceparent !== 'string') return null
  const [, version = '', traceId = '', spanId = '', flags = '', more] =
    TRACEPARENT.exec(traceparent) ?? []
  // Later versions may say more; this one may not.
  if (version === '' || version === 'ff' || (version === '00' && more !== undefined)) return null
  if (NOTHING.test(traceId) || NOTHING.test(spanId)) return null
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1
  return { traceId, spanId, isSampled, state: readState(tracestate) }
}

/** The headers that tell a subgraph where it stands. */
export function traceHeaders({ traceId, spanId, isSampled, state }: TraceContext): TraceHeaders {
  const traceparent = `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
  return state === null ? { traceparent } : { traceparent, tracestate: state }
}

function readState(tracestate: Headers[string]): string | null {
  if (typeof tracestate !== 'string' || tracestate.length > LONGEST_STATE) return null
  const members = tracestate.split(',').map((member) => member.trim())
  const isWellFormed = members.length <= MOST_MEMBERS && members.every((it) => MEMBER.test(it))
  return isWellFormed ? members.join(',') : null
}
