/** What a deployment decides about communication. */
export type CommunicationConfig = {
  /** `iss` of every token; compared as a whole. */
  readonly issuer: string
  /** Where the console is served, without a slash at the end. */
  readonly consoleUrl: string
}
