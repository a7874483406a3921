/** Somebody else has decided, and the person cannot differ. */
export type NotificationLockedError = {
  readonly __typename: 'NotificationLockedError'
  readonly message: string
  readonly path: string[]
}

export const notificationLocked = (...path: string[]): NotificationLockedError => ({
  __typename: 'NotificationLockedError',
  message: 'This is decided for everybody, so you cannot have it otherwise.',
  path,
})
