import { type AppError, unauthenticated } from '@logicspike/errors'

/**
 * The one way in which a token is refused: the caller learns nothing about the reason, the log
 * learns it from `detail`. Never put the token or a value from it into the reason.
 */
export const tokenRefused = (reason: string): AppError =>
  unauthenticated(`access token refused: ${reason}`)
