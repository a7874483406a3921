import { setPassword } from '../../src/modules/credentials/password.repository.ts'
import type { User } from '../../src/modules/users/user.entity.ts'
import { aSession, aUser, type TestSession } from './a-session.ts'
import type { IdentityTestApp, TestRequest } from './identity-test-app.ts'
import { COMPLETE_SIGN_IN, SIGN_IN } from './second-factor-operations.ts'

/** Somebody with a password. */
export type Person = { readonly user: User; readonly email: string; readonly password: string }

const password = 'nine purple wardrobes sing'

export async function aPerson(app: IdentityTestApp): Promise<Person> {
  const user = await aUser(app)
  await app.transaction(async (tx) => setPassword(tx, user.id, await tx.passwords.hash(password)))
  return { user, email: user.email ?? '', password }
}

/** Somebody with a password, signed in with it a moment ago. */
export async function aSignedInPerson(app: IdentityTestApp): Promise<Person & TestSession> {
  const person = await aPerson(app)
  return { ...person, ...(await aSession(app, { user: person.user, amr: ['pwd'] })) }
}

/** Takes the first step with the password; gives what `signIn` answers. */
export async function signIn(app: IdentityTestApp, person: Person, request: TestRequest = {}) {
  const input = { email: person.email, password: person.password, delivery: 'PAYLOAD' }
  const answer = await app.execute(SIGN_IN, { input }, request)
  return answer.data.signIn
}

/** Takes the first step, and gives the question for the second. */
export async function firstStep(app: IdentityTestApp, person: Person) {
  const { tokens, secondFactor, userErrors } = await signIn(app, person)
  if (tokens || userErrors.length > 0) throw new Error('this sign-in takes no second step')
  return secondFactor as {
    token: string
    methods: string[]
    passkeyRequest: object | null
    expiresAt: string
  }
}

/** Takes the second step; gives all that the server answers. */
export const secondStep = (
  app: IdentityTestApp,
  challengeToken: string,
  proof: { totpCode?: string; recoveryCode?: string; passkey?: object },
) => app.execute(COMPLETE_SIGN_IN, { input: { challengeToken, ...proof } })
