import type { GoogleSettings } from './modules/google/google-client.ts'
import type { RelyingParty } from './modules/second-factors/passkey-ceremonies.ts'

/** What a deployment decides about identity. */
export type IdentityConfig = {
  /** Where clients reach the platform, without a slash at the end: `http://localhost:4000`. */
  readonly publicUrl: string
  /** `iss` of every token; compared as a whole. */
  readonly issuer: string
  /** Where the console is served; links in mails lead there. */
  readonly consoleUrl: string
  /** Origins whose pages may use the refresh cookie. */
  readonly allowedOrigins: readonly string[]
  /** Whom passkeys are made for, and the pages that may use them. */
  readonly relyingParty: RelyingParty
  /** Who may sign people in; nobody elsewhere may where it is left out. */
  readonly google?: GoogleSettings
}
