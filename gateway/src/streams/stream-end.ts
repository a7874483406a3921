import { AppError, unauthenticated } from '@logicspike/errors'
import { refusalBy } from '../rate-limits/rate-limit-headers.ts'
import type { BudgetStatus } from '../rate-limits/rate-limiter.ts'

/** Why a stream is over, as the log tells it. */
export type StreamEnd =
  /** Its source had nothing more to say. */
  | 'completed'
  /** The client asked for no more, or its connection is gone. */
  | 'left'
  /** An error, of which the client was told. */
  | 'failed'
  | 'expired'
  | 'revoked'
  | 'schema-reloaded'
  | 'draining'
  | 'slow'
  /** Its client's budget does not hold the next message. */
  | 'limited'

/** What ends a stream from outside of it. */
export type Ending = Exclude<StreamEnd, 'completed' | 'failed' | 'limited'>

const RESUME: Readonly<Partial<Record<Ending, string>>> = {
  'schema-reloaded': 'The schema was updated. Go on after the cursor given.',
  draining: 'This server is about to stop. Go on after the cursor given.',
  slow: 'Messages were not taken in time. Go on after the cursor given.',
}

/**
 * The last thing a client is told of a stream that was ended; null where there is nobody to tell.
 * @param cursor of the last message handed to the client, or where it began
 */
export function endingError(ending: Ending, cursor: string | null): AppError | null {
  const resume = RESUME[ending]
  if (resume !== undefined) return resumeRequired(resume, cursor)
  if (ending === 'left') return null
  const { code, message, detail } = unauthenticated(`the token of the stream is ${ending}`)
  return new AppError(code, message, { ...(detail && { detail }), extensions: withCursor(cursor) })
}

export function resumeRequired(message: string, cursor: string | null, cause?: unknown): AppError {
  return new AppError('RESUME_REQUIRED', message, { extensions: withCursor(cursor), cause })
}

/** The last thing a client is told whose budget does not hold the message after `cursor`. */
export function limitedError(status: BudgetStatus, cursor: string | null): AppError {
  const { code, message, extensions } = refusalBy(status)
  return new AppError(code, message, { extensions: { ...extensions, ...withCursor(cursor) } })
}

const withCursor = (cursor: string | null) => (cursor === null ? {} : { cursor })
