import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '@logicspike/errors'
import type { SourceEvent } from '../subgraph-links/subgraph-link.ts'
import { resumeRequired } from './stream-end.ts'

/** Opens the source of a stream; `after` is the cursor to go on after, null as the client asked. */
export type OpenSource = (
  after: string | null,
  signal: AbortSignal,
) => Promise<AsyncIterable<SourceEvent>>

type Options = {
  readonly open: OpenSource
  readonly after: string | null
  readonly signal: AbortSignal
  /** How often in a row it is opened again without an event in between. */
  readonly reopenings: number
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * The events of a source that is opened again, after the last cursor it gave, whenever it breaks off
 * or asks for that: a subgraph may restart and its listeners do not notice. Ends without an error
 * when `signal` fires.
 * @param first the source as opened already
 * @throws AppError RESUME_REQUIRED where it cannot be opened again, or what ended it where there is
 *   no cursor to go on after
 */
export async function* resumedSource(
  first: AsyncIterable<SourceEvent>,
  { open, after, signal, reopenings }: Options,
): AsyncGenerator<SourceEvent> {
  const position = { cursor: after, tries: 0 }
  let source = Promise.resolve(first)
  for (;;) {
    const outcome = yield* untilBreak(source, position)
    if (outcome.isOver || signal.aborted) return
    position.tries += 1
    if (position.tries > reopenings || position.cursor === null) throw gaveUp(position, outcome)
    await backOff(position.tries, signal)
    if (signal.aborted) return
    source = open(position.cursor, signal)
  }
}

type Position = { cursor: string | null; tries: number }
type Outcome = { readonly isOver: boolean; readonly failure?: unknown }

/** The events of one source, until it is over or needs to be opened again. */
async function* untilBreak(
  source: Promise<AsyncIterable<SourceEvent>>,
  position: Position,
): AsyncGenerator<SourceEvent, Outcome> {
  try {
    for await (const event of await source) {
      if (asksToResume(event)) return { isOver: false }
      position.cursor = cursorOf(event) ?? position.cursor
      position.tries = 0
      yield event
    }
    return { isOver: true }
  } catch (failure) {
    if (!isBreak(failure)) throw failure
    return { isOver: false, failure }
  }
}

/** Without a cursor there is nothing to resume, and what broke is all there is to tell. */
function gaveUp({ cursor }: Position, { failure }: Outcome): unknown {
  if (cursor === null && failure !== undefined) return failure
  return resumeRequired('The stream broke off. Go on after the cursor given.', cursor, failure)
}

async function backOff(tries: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1))
  // Spread, so that the listeners of a subgraph that restarts do not all come at once.
  await pause(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
}

export function cursorOf({ extensions }: SourceEvent): string | null {
  return typeof extensions?.cursor === 'string' ? extensions.cursor : null
}

/** Whether an event is the last one: a refusal, or the reason why the source cannot go on. */
export const isLast = ({ data, errors }: SourceEvent): boolean =>
  data === undefined && errors !== undefined

function asksToResume(event: SourceEvent): boolean {
  const codes = (event.errors ?? []).map(
    ({ extensions }) => (extensions as { code?: unknown })?.code,
  )
  return isLast(event) && codes.includes('RESUME_REQUIRED')
}

const isBreak = (error: unknown): boolean =>
  error instanceof AppError && error.code.startsWith('UPSTREAM_')
