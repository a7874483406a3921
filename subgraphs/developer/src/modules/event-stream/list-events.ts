import { AppError } from '@logicspike/errors'
import type { LoggedEvent } from '@logicspike/events'
import type { Connection } from '@logicspike/subgraph-kit'
import type { DeveloperContext } from '../../context.ts'
import { type EventLine, openEventLine, requireUnbroken, startOf } from './event-line.ts'

export type SentEvent = { readonly event: LoggedEvent; readonly cursor: string }

type Asked = {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly types?: readonly string[] | null | undefined
}

const DEFAULT_PAGE_SIZE = 25
const MAX_PAGE_SIZE = 100
const BATCH = 500

/** Events looked at for one page: a filter that lets few through must not read for ever. */
const MAX_LOOKED_AT = 5_000

/**
 * The events of the caller's workspace after a cursor, oldest first: the same events, in the same
 * order and with the same cursors as on the stream. `endCursor` stands after everything that was
 * looked at, so that who asks on from it never looks at the same twice, even where nothing was shown.
 * @throws AppError BAD_USER_INPUT, CURSOR_INVALID, CURSOR_EXPIRED, UPSTREAM_UNAVAILABLE; and as
 * `openEventLine`
 */
export async function listEvents(
  ctx: DeveloperContext,
  { first, after, types }: Asked,
): Promise<Connection<SentEvent>> {
  const limit = first ?? DEFAULT_PAGE_SIZE
  if (limit < 1 || limit > MAX_PAGE_SIZE) {
    throw new AppError('BAD_USER_INPUT', `"first" must be from 1 to ${MAX_PAGE_SIZE}.`)
  }
  const line = openEventLine(ctx, types)
  const start = await startOf(line, after, 'earliest')
  const { shown, seq, hasMore } = await look(line, start, limit)
  const edges = shown.map((event) => {
    const cursor = line.cursorAt(event.seq)
    return { cursor, node: { event, cursor } }
  })
  return {
    edges,
    pageInfo: {
      hasNextPage: hasMore,
      hasPreviousPage: start > 0,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: line.cursorAt(seq),
    },
  }
}

/** Looks at events until there are enough, none left, or too many looked at. */
async function look(line: EventLine, start: number, limit: number) {
  const { tenantId, reader } = line
  const shown: LoggedEvent[] = []
  let seq = start
  for (;;) {
    const events = await reader.afterSeq({ tenantId, seq, limit: BATCH })
    await requireUnbroken(line, seq, events)
    for (const event of events) {
      if (line.shows(event)) {
        // One more than asked for: now it is known that there is another page.
        if (shown.length === limit) return { shown, seq, hasMore: true }
        shown.push(event)
      }
      seq = event.seq
    }
    if (events.length < BATCH) return { shown, seq, hasMore: false }
    if (seq - start >= MAX_LOOKED_AT) return { shown, seq, hasMore: true }
  }
}
