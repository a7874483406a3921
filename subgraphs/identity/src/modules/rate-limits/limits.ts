/** At most `points` tries within `seconds` of the first; then none until they are over. */
export type Limit = { readonly points: number; readonly seconds: number }

const MINUTE = 60
const HOUR = 60 * MINUTE

/**
 * Every limit of identity, by what it counts and the key it counts by. Addresses stand in keys as
 * hashes, clients as network prefixes. README.md tells how the password limits play together.
 */
export const limits = {
  /** Wrong passwords from a network, whatever the account: stops spraying. */
  passwordByNetwork: { points: 100, seconds: 15 * MINUTE },
  /** Wrong passwords for an account from one network: stops guessing from one place. */
  passwordByAccountAndNetwork: { points: 10, seconds: 15 * MINUTE },
  /** Wrong passwords for an account from everywhere: slows guessing from many places. */
  passwordByAccount: { points: 100, seconds: HOUR },
  /** Wrong passwords on a device that the owner has used; strangers cannot use these up. */
  passwordByDevice: { points: 20, seconds: 15 * MINUTE },
  /** Wrong current passwords within a session. */
  passwordBySession: { points: 10, seconds: 15 * MINUTE },
  /** Sign-ups, requests for mail and tries of mailed tokens from a network. */
  anonymousByNetwork: { points: 100, seconds: 15 * MINUTE },
  /** Mails of one kind to an address at the request of one network. */
  mailByAddressAndNetwork: { points: 5, seconds: 30 * MINUTE },
  /**
   * Mails of one kind to an address, whoever asks. No longer than the shortest-lived token in such
   * a mail: when the limit is reached, the newest token in the mailbox still works, so that nobody
   * can keep the owner out by using it up.
   */
  mailByAddress: { points: 10, seconds: 30 * MINUTE },
  /** Requests of a user to move to another address. */
  emailChangeByUser: { points: 5, seconds: HOUR },
  /** Requests to the OAuth endpoints from a network; services and apps ask every few minutes. */
  oauthByNetwork: { points: 600, seconds: MINUTE },
  /** Trips to Google begun from a network. */
  googleByNetwork: { points: 60, seconds: 15 * MINUTE },
  /** Codes of an authenticator app for an account; at sign-in and within sessions apart. */
  totpByUser: { points: 10, seconds: HOUR },
  /** The same over a day: of a million codes, a guesser sees one in a hundred within a year. */
  totpByUserInADay: { points: 30, seconds: 24 * HOUR },
  /** Recovery codes for an account; at sign-in and within sessions apart. */
  recoveryCodeByUser: { points: 10, seconds: HOUR },
  /** Answers of passkeys for an account; at sign-in and within sessions apart. */
  passkeyByUser: { points: 30, seconds: 15 * MINUTE },
  /** Sign-ins with a passkey begun from a network. */
  passkeySignInByNetwork: { points: 100, seconds: 15 * MINUTE },
  /** Sets of recovery codes made for an account: each costs ten hashes. */
  recoveryCodesByUser: { points: 20, seconds: HOUR },
} as const satisfies Readonly<Record<string, Limit>>

export type LimitName = keyof typeof limits
