/** Somebody with an account at the test provider. */
export type Person = {
  /** The provider's own key of the person. */
  readonly sub: string
  /** Left out of the token where undefined. */
  readonly email?: string | undefined
  /** Any value at all, since providers have sent the text `true`; left out where undefined. */
  readonly email_verified?: unknown
  readonly name?: string | undefined
}
