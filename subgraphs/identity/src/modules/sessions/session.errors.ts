/** The session cannot be continued; why is nobody's business but its owner's. */
export type SessionEndedError = {
  readonly __typename: 'SessionEndedError'
  readonly message: string
  readonly path: string[] | null
}

/** @param path where the input names the refresh token; null where a cookie carried it */
export const sessionEnded = (path: string[] | null): SessionEndedError => ({
  __typename: 'SessionEndedError',
  message: 'The session has ended. Sign in again.',
  path,
})
