import { internal, upstreamUnavailable } from '@logicspike/errors'
import type { DeveloperContext } from '../../context.ts'
import { openEventLine, startOf } from './event-line.ts'
import { followEvents, type StreamItem } from './follow-events.ts'

type Asked = {
  readonly after?: string | null | undefined
  readonly types?: readonly string[] | null | undefined
}

/** One message as the subgraph's server sends it: what is resolved, and what goes beside it. */
type StreamMessage = {
  readonly platformEvents: StreamItem
  readonly extensions: { readonly cursor: string }
}

/**
 * Follows the events of the caller's workspace. Where a listener comes back on a connection that
 * remembers its last cursor, that one counts, and not the `after` of its first request.
 * @throws AppError CURSOR_INVALID, CURSOR_EXPIRED, UPSTREAM_UNAVAILABLE; and as `openEventLine`
 */
export async function platformEvents(
  ctx: DeveloperContext,
  { after, types }: Asked,
): Promise<AsyncGenerator<StreamMessage, undefined>> {
  const { stream, live } = ctx
  const line = openEventLine(ctx, types)
  if (!stream || !live) throw internal('a stream without a listener')
  if (!live.ready) throw upstreamUnavailable('the tail of the event log has not begun')
  const seq = await startOf(line, stream.lastEventId ?? after, 'now')
  return messages(followEvents({ line, seq, live, signal: stream.signal }))
}

async function* messages(
  items: AsyncGenerator<StreamItem, undefined>,
): AsyncGenerator<StreamMessage, undefined> {
  for await (const item of items) {
    yield { platformEvents: item, extensions: { cursor: item.cursor } }
  }
}
