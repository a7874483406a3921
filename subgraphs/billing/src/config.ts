/** What a deployment decides about billing. */
export type BillingConfig = {
  /** `iss` of every token; compared as a whole. */
  readonly issuer: string
  /** Where the console is served, without a slash at the end. */
  readonly consoleUrl: string
}
