import type { TestPlatform } from '@logicspike/testing'
import type { Account } from '../support/account.ts'
import type { FurnishedWorkspace, Objects, Victim } from '../support/victim.ts'

/** What a call comes to that may not touch what it names. Exactly one of these. */
export type Meets =
  /** A top-level error of this code. */
  | { readonly code: 'NOT_FOUND' | 'FORBIDDEN' | 'UNAUTHENTICATED' | 'CURSOR_INVALID' }
  /** Null, without an error: nothing of the kind is there. */
  | { readonly nothing: true }
  /** A payload without a result, and one user error of this type. */
  | { readonly userError: string }
  /** The call goes through, and is about the caller and nobody else. */
  | { readonly concernsCaller: true }

export const notFound: Meets = { code: 'NOT_FOUND' }
export const forbidden: Meets = { code: 'FORBIDDEN' }
export const unauthenticated: Meets = { code: 'UNAUTHENTICATED' }
export const cursorInvalid: Meets = { code: 'CURSOR_INVALID' }
export const nothing: Meets = { nothing: true }
export const concernsCaller: Meets = { concernsCaller: true }
export const userError = (typename: string): Meets => ({ userError: typename })

/** Makes what the rightful caller needs. Each call makes something new, except `victim`. */
export type Stage = {
  readonly platform: TestPlatform
  readonly victim: Victim
  workspace(): Promise<FurnishedWorkspace>
  account(): Promise<Account>
}

/** A call by somebody who is entitled to it. */
export type OwnCall = {
  readonly token: string | null
  readonly variables?: Record<string, unknown>
}

/**
 * One entry point in the matrix. What its access rule says (anonymous, no permission, a token that
 * holds no more) is not repeated here: it is read from the schema.
 */
export type Row = {
  /** What the call is given. It names what belongs to others wherever it names anything. */
  readonly variables?: (objects: Objects) => Record<string, unknown>
  /** What it comes to for whoever passes the door and has no part in what is named. */
  readonly stranger: Meets
  /** The same for a person whose token is for no workspace; as `stranger` unless given. */
  readonly neutral?: Meets
  /** The same for a member of the workspace without any permission; as `stranger` unless given. */
  readonly fellow?: Meets
  /** What members may see of one another at this place, whatever their role. */
  readonly fellowMaySee?: (objects: Objects) => readonly string[]
  /**
   * Why the answer may differ from that to something that never existed. Else both are compared,
   * except where the call concerns the caller.
   */
  readonly mayTellApart?: string
  /** Though the call goes through, it must not tell whether what is named exists. */
  readonly isUniform?: true
  /** Tables in which the call may leave a record about the victim: an audit record, a mail to them. */
  readonly leavesRecordsIn?: readonly string[]
  /** Tables whose rows about the victim may go, and why nobody is worse off. */
  readonly mayReplaceIn?: readonly string[]
  /** The call takes something from its caller, who is not used again. */
  readonly spendsCaller?: true
  /**
   * The call ends the token that it is made with. The service that carries it out answers whole;
   * others, asked for more by the gateway, refuse the token from the moment they hear of it.
   */
  readonly endsOwnToken?: true
  /** The call of somebody entitled to it: it must succeed. */
  readonly own: (stage: Stage) => Promise<OwnCall>
  /** A user error that even the rightful caller meets here, and why. */
  readonly ownUserError?: { readonly type: string; readonly because: string }
}

/** Rows by name of the entry point. */
export type Rows = Readonly<Record<string, Row>>

/** The `input` of a mutation. */
export const input =
  (make: (objects: Objects) => object) =>
  (objects: Objects): Record<string, unknown> => ({ input: make(objects) })
