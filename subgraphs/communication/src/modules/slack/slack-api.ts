import { OutboundFailed, type OutboundHttp, OutboundRefused } from '@logicspike/outbound-http'
import { readApiAnswer, readWebhookAnswer, type SlackAnswer } from './slack-answer.ts'
import type { SlackConnection } from './slack-connection.entity.ts'
import { SLACK, type SlackPlaces } from './slack-credentials.ts'
import type { SlackMessage } from './slack-message.ts'
import { createSlackPace } from './slack-pace.ts'

/** A connection with its secret open; kept no longer than the call. */
export type SlackTarget = Pick<SlackConnection, 'id' | 'kind' | 'channelId'> & {
  readonly secret: string
}

/** The one way to Slack. */
export type SlackApi = {
  readonly places: SlackPlaces
  /** Posts one message, unless the connection was written to a moment ago. */
  post(target: SlackTarget, message: SlackMessage): Promise<SlackAnswer>
  /** Lets calls under way end. */
  close(): Promise<void>
}

export type SlackApiOptions = {
  /** Guarded; follows no redirects. */
  readonly http: OutboundHttp
  readonly places?: SlackPlaces
  readonly clock: { now(): Date }
}

/**
 * Calls Slack's two addresses and no others: webhooks as they were checked when connected, and
 * `chat.postMessage`.
 */
export function createSlackApi({ http, places = SLACK, clock }: SlackApiOptions): SlackApi {
  const pace = createSlackPace(() => clock.now().getTime())
  return {
    places,
    async post(target, message) {
      const afterMs = pace.take(target.id)
      if (afterMs > 0) return { outcome: 'busy', afterMs }
      const answer = await call(http, places, target, message)
      if (answer.outcome === 'busy') pace.hold(target.id, answer.afterMs)
      return answer
    },
    close: () => http.close(),
  }
}

async function call(
  http: OutboundHttp,
  { apiUrl }: SlackPlaces,
  { kind, secret, channelId }: SlackTarget,
  message: SlackMessage,
): Promise<SlackAnswer> {
  const json = { 'content-type': 'application/json; charset=utf-8' }
  try {
    if (kind === 'WEBHOOK') {
      const body = JSON.stringify(message)
      return readWebhookAnswer(await http.request(secret, { method: 'POST', headers: json, body }))
    }
    const headers = { ...json, authorization: `Bearer ${secret}` }
    const body = JSON.stringify({ channel: channelId, ...message })
    const url = new URL('chat.postMessage', apiUrl).href
    return readApiAnswer(await http.request(url, { method: 'POST', headers, body }))
  } catch (error) {
    if (!(error instanceof OutboundFailed || error instanceof OutboundRefused)) throw error
    return { outcome: 'unreachable', reason: error.reason.toLowerCase() }
  }
}
