/**
 * Everything the console is told when a browser comes back without what it wanted. A closed list of
 * our own words: what the provider says of a failure is for the log, as anybody can write it.
 */
export const googleFailures = [
  /** The person chose not to go on. */
  'google-cancelled',
  /** The trip is unknown, over, or another browser's. Begin again. */
  'google-expired',
  /** What came back does not hold. */
  'google-refused',
  'google-unavailable',
  /** The provider does not vouch for the address. */
  'google-email-unverified',
  /** The address has an account here that this Google account may not enter by itself. */
  'google-conflict',
  /** That Google account belongs to another account here. */
  'google-linked-elsewhere',
  /** The account here has another Google account. */
  'google-already-linked',
  /** The session that began linking is over. */
  'google-session-ended',
  'account-deactivated',
  'too-many-tries',
  'invalid-return-to',
] as const

export type GoogleFailure = (typeof googleFailures)[number]
