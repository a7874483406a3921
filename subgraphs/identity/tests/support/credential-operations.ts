import type { Id } from '@logicspike/ids'
import {
  createPasswordHasher,
  type PasswordHasher,
} from '../../src/modules/credentials/password-hash.ts'
import { startSession } from '../../src/modules/sessions/start-session.ts'
import type { IdentityTestApp, TestAnswer, TestRequest } from './identity-test-app.ts'
import { tokenFields } from './session-operations.ts'

const userErrors = 'userErrors { __typename ... on UserError { message path } }'

/** A mutation of the input's own type that selects the given fields and all errors. */
const mutation = (name: string, fields: string): string => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  return `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} ${userErrors} } }`
}

const documents = {
  signUp: mutation('signUp', 'email'),
  verifyEmail: mutation('verifyEmail', 'email'),
  resendVerificationEmail: mutation('resendVerificationEmail', 'email'),
  signIn: mutation(
    'signIn',
    `tokens { ${tokenFields} } secondFactor { token methods } deviceToken`,
  ),
  requestPasswordReset: mutation('requestPasswordReset', 'email'),
  resetPassword: mutation('resetPassword', 'email deviceToken'),
  changePassword: mutation('changePassword', 'user { id hasPassword }'),
  requestEmailChange: mutation('requestEmailChange', 'email'),
  confirmEmailChange: mutation('confirmEmailChange', 'user { id email emailVerified }'),
  changeDisplayName: mutation('changeDisplayName', 'user { id displayName }'),
  deactivateAccount: mutation('deactivateAccount', 'closing'),
  reactivateAccount: mutation('reactivateAccount', 'email'),
  deleteAccount: mutation('deleteAccount', 'closing'),
  linkGoogle: mutation('linkGoogle', 'authorizationUrl'),
  unlinkGoogle: mutation('unlinkGoogle', 'user { linkedIdentities { id } }'),
}

export type Operation = keyof typeof documents

export type Outcome = {
  /** The payload; null where an error stands in its place. */
  // biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes, and each test asserts on its own
  readonly payload: any
  /** Type names of `userErrors`. */
  readonly refusals: readonly string[]
  /** Codes of top-level errors. */
  readonly codes: readonly string[]
  readonly answer: TestAnswer
}

/** Runs one mutation and sorts what comes back. */
export async function run(
  app: IdentityTestApp,
  name: Operation,
  input: Readonly<Record<string, unknown>>,
  request: TestRequest = {},
): Promise<Outcome> {
  const answer = await app.execute(documents[name], { input }, request)
  const payload = answer.data?.[name] ?? null
  const errors: { __typename: string }[] = payload?.userErrors ?? []
  return {
    payload,
    refusals: errors.map(({ __typename }) => __typename),
    codes: answer.errors.map(({ extensions }) => extensions.code),
    answer,
  }
}

let people = 0

/** An address that nobody else in this process has. */
export const anEmail = (): string => `person-${process.pid}-${++people}@example.com`

export const goodPassword = 'nine purple wardrobes sing'
export const otherPassword = 'seven green kettles whistle'

/** Mails to an address, oldest first: ids tell the order of writing, deliveries go in parallel. */
export const mailsTo = async (app: IdentityTestApp, email: string) =>
  (await app.mails())
    .filter(({ to }) => to === email)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))

/** The token of the newest mail to an address. */
export async function tokenMailedTo(app: IdentityTestApp, email: string): Promise<string> {
  const newest = (await mailsTo(app, email)).at(-1)
  const token = /[?&]token=([\w-]+)/.exec(newest?.text ?? '')?.[1]
  if (!token) throw new Error(`the newest mail to ${email} holds no token`)
  return token
}

/** Signs up and verifies as a person would. */
export async function aMember(
  app: IdentityTestApp,
  email = anEmail(),
  password = goodPassword,
): Promise<{ email: string; password: string }> {
  await run(app, 'signUp', { email, password, displayName: 'Ada' }, { ip: anAddress() })
  await run(app, 'verifyEmail', { token: await tokenMailedTo(app, email) }, { ip: anAddress() })
  return { email, password }
}

let networks = 0

/** An address in a network of its own, so that limits of one test are none of another's. */
export function anAddress(): string {
  networks += 1
  return `10.${(networks >> 8) & 255}.${networks & 255}.1`
}

/** A token of somebody who signed in so long ago that sensitive changes ask for another proof. */
export async function aStaleToken(app: IdentityTestApp, userId: Id<'usr'>): Promise<string> {
  const authTime = new Date(app.clock.now().getTime() - 601_000)
  const tokens = await app.transaction((tx) =>
    startSession(tx, { userId, amr: ['pwd'], authTime, delivery: 'PAYLOAD' }),
  )
  return tokens.accessToken
}

/** The id of an address's account. */
export async function userIdOf(app: IdentityTestApp, email: string): Promise<Id<'usr'>> {
  const [row] = await app.database.asAdmin<{ id: Id<'usr'> }>(
    'select id from identity.users where email = $1',
    [email],
  )
  if (!row) throw new Error(`${email} has no account`)
  return row.id
}

export type CountingHasher = PasswordHasher & { readonly count: number }

/** A hasher that tells how often it was at work, cheap so that many tries take no time. */
export function countingHasher(): CountingHasher {
  const hasher = createPasswordHasher({
    parameters: { memoryCost: 64, timeCost: 1, parallelism: 1 },
  })
  let count = 0
  return {
    get count() {
      return count
    },
    hash: (password) => {
      count += 1
      return hasher.hash(password)
    },
    verify: (password, stored) => {
      count += 1
      return hasher.verify(password, stored)
    },
  }
}
