import type { OutboundResponse } from '@logicspike/outbound-http'

/** What became of a message. Reasons are Slack's own words, or ours; never a secret or a text. */
export type SlackAnswer =
  | { readonly outcome: 'posted' }
  /** Too many messages; ask again after so many milliseconds. */
  | { readonly outcome: 'busy'; readonly afterMs: number }
  /** It may work later. */
  | { readonly outcome: 'unreachable'; readonly reason: string }
  /** This message will never be taken; others may be. */
  | { readonly outcome: 'rejected'; readonly reason: string }
  /** No message will be taken until the connection is made anew. */
  | { readonly outcome: 'broken'; readonly reason: string }

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors: the account, the app or the channel */
const BROKEN: ReadonlySet<string> = new Set([
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired'],
  ...['no_permission', 'missing_scope', 'not_allowed_token_type', 'access_denied'],
  ...['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action'],
  ...['org_login_required', 'ekm_access_denied', 'team_access_not_granted', 'team_not_found'],
  ...['no_service', 'no_service_id', 'no_team', 'team_disabled', 'invalid_token', 'user_not_found'],
  ...['action_prohibited', 'channel_is_archived', 'posting_to_general_channel_denied'],
])

const PASSING: ReadonlySet<string> = new Set([
  ...['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'rollup_error'],
  ...['team_added_to_org', 'message_limit_exceeded'],
])

const DEFAULT_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 3_600_000

/** What an incoming webhook said: plain text, with a status that counts. */
export function readWebhookAnswer({ status, headers, body }: OutboundResponse): SlackAnswer {
  if (status === 200) return { outcome: 'posted' }
  if (status === 429) return busy(headers)
  if (status >= 500) return { outcome: 'unreachable', reason: `http_${status}` }
  const reason = wordOf(body.trim(), status)
  // 404 and 410 are about the webhook itself, in whatever words.
  if (status === 404 || status === 410 || BROKEN.has(reason)) return { outcome: 'broken', reason }
  return { outcome: 'rejected', reason }
}

/** What the Web API said: JSON, and nearly always with 200. */
export function readApiAnswer({ status, headers, body }: OutboundResponse): SlackAnswer {
  if (status === 429) return busy(headers)
  const { ok, error } = parse(body)
  if (status !== 200) return { outcome: 'unreachable', reason: `http_${status}` }
  if (ok === true) return { outcome: 'posted' }
  const reason = typeof error === 'string' ? wordOf(error, status) : null
  if (reason === null) return { outcome: 'unreachable', reason: 'no_answer' }
  if (reason === 'ratelimited' || reason === 'rate_limited') return busy(headers)
  if (BROKEN.has(reason)) return { outcome: 'broken', reason }
  return { outcome: PASSING.has(reason) ? 'unreachable' : 'rejected', reason }
}

/** Whole seconds in `retry-after`, within reason. */
function busy(headers: OutboundResponse['headers']): SlackAnswer {
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  const asked = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : DEFAULT_WAIT_MS
  return { outcome: 'busy', afterMs: Math.min(asked, LONGEST_WAIT_MS) }
}

/** Slack's errors are words; anything else could be a page that says who knows what. */
const wordOf = (text: string, status: number): string =>
  /^[a-z][a-z_]{0,59}$/.test(text) ? text : `http_${status}`

function parse(body: string): { readonly ok?: unknown; readonly error?: unknown } {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {}
  }
}
