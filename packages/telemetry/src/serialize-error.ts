/** What a log line tells of an error. */
export type LoggedError = {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  readonly constraint?: string
  readonly cause?: LoggedError
}

type Fields = Error & { code?: unknown; constraint?: unknown }

const MAX_DEPTH = 5

/** SQLSTATE: five digits or capitals. */
const SQLSTATE = /^[0-9A-Z]{5}$/

/**
 * Errors of the database carry rows: the statement with its values stands in the message, a unique
 * value in `detail`. Of these only the server's own sentence, the code and the constraint's name are
 * kept; of all others, name, message, code and stack. Nothing else an error carries is logged.
 */
export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' }
  const { code, constraint, cause } = error as Fields
  const ofDatabase = typeof code === 'string' && SQLSTATE.test(code)
  const message = ofDatabase ? sentenceOf(error) : error.message
  return {
    type: error.name,
    message,
    ...(error.stack && { stack: framesOf(error.stack) }),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(cause instanceof Error && depth < MAX_DEPTH && { cause: serializeError(cause, depth + 1) }),
  }
}

/** `<statement> - <sentence>`: the ORM puts the statement first. */
function sentenceOf(error: Error): string {
  const sentence = error.message.split(' - ').at(-1) ?? ''
  // Of a bad value the server repeats the value; the code says as much as may be known.
  return sentence.replace(/: ".*"$/s, '').split('\n')[0] ?? ''
}

/** Where, without the message that the stack repeats. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
