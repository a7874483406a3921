import { upstreamUnavailable } from '@logicspike/errors'
import type { EventBus, EventReader, LoggedEvent } from '@logicspike/events'
import { currentWorkspaceId, requireActor, requirePermission } from '@logicspike/subgraph-kit'
import type { DeveloperContext } from '../../context.ts'
import {
  type CursorScope,
  decodeEventCursor,
  encodeEventCursor,
  expiredCursor,
} from './event-cursor.ts'
import { type EventFilter, isWanted, parseEventFilter } from './event-filter.ts'
import { mayShow } from './visible-events.ts'

/** A workspace's events as one caller may see them through one filter. */
export type EventLine = {
  readonly tenantId: string
  readonly reader: Pick<EventReader, 'afterSeq' | 'bounds'>
  /** Decides at the moment of sending. */
  shows(event: LoggedEvent): boolean
  cursorAt(seq: number): string
  /** @throws AppError CURSOR_INVALID */
  seqOf(cursor: string): number
}

/**
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT (the filter), UPSTREAM_UNAVAILABLE
 * where this process has no way to the event log
 */
export function openEventLine(
  ctx: DeveloperContext,
  types: readonly string[] | null | undefined,
): EventLine {
  requirePermission(ctx, 'developer:events.read')
  const actor = requireActor(ctx)
  const filter: EventFilter = parseEventFilter(types)
  const tenantId = currentWorkspaceId(ctx)
  const scope: CursorScope = { tenantId, filterDigest: filter.digest }
  return {
    tenantId,
    reader: orUnavailable(requireEvents(ctx).reader),
    shows: (event) =>
      event.tenantId === tenantId && isWanted(filter, event) && mayShow(event, actor),
    cursorAt: (seq) => encodeEventCursor(ctx.secretBox, scope, seq),
    seqOf: (cursor) => decodeEventCursor(ctx.secretBox, scope, cursor),
  }
}

/** The same reader, whose failures are those of something that is away for a while. */
function orUnavailable(reader: EventReader): Pick<EventReader, 'afterSeq' | 'bounds'> {
  const unavailable = (error: unknown): never => {
    throw upstreamUnavailable(`the event log: ${String(error)}`, error)
  }
  return {
    afterSeq: (query) => reader.afterSeq(query).catch(unavailable),
    bounds: (tenantId) => reader.bounds(tenantId).catch(unavailable),
  }
}

/** @throws AppError UPSTREAM_UNAVAILABLE */
export function requireEvents({ events }: Pick<DeveloperContext, 'events'>): EventBus {
  if (!events) throw upstreamUnavailable('this process has no way to the event log')
  return events
}

/** The value of `after` for everything that is still kept. */
const EARLIEST = 'EARLIEST'

/**
 * Where a listing begins.
 * @param after a cursor, `EARLIEST`, or null for the place named
 * @returns the `seq` after which it begins
 * @throws AppError CURSOR_INVALID, CURSOR_EXPIRED
 */
export async function startOf(
  line: EventLine,
  after: string | null | undefined,
  withoutCursor: 'now' | 'earliest',
): Promise<number> {
  const isCursor = after !== null && after !== undefined && after !== EARLIEST
  const wanted = isCursor ? line.seqOf(after) : null
  const { oldestSeq, headSeq } = await line.reader.bounds(line.tenantId)
  const oldest = Math.max(0, oldestSeq - 1)
  if (wanted === null) return after === EARLIEST || withoutCursor === 'earliest' ? oldest : headSeq
  // Beyond the head: the log was restored from an older copy, and its line is another by now.
  if (wanted < oldest || wanted > headSeq) throw expiredCursor(line.cursorAt(oldest))
  return wanted
}

/** @throws AppError CURSOR_EXPIRED where events after `seq` have gone while they were being listed */
export async function requireUnbroken(
  line: EventLine,
  seq: number,
  events: readonly LoggedEvent[],
): Promise<void> {
  const [first] = events
  if (!first || first.seq === seq + 1) return
  const { oldestSeq } = await line.reader.bounds(line.tenantId)
  throw expiredCursor(line.cursorAt(Math.max(0, oldestSeq - 1)))
}
