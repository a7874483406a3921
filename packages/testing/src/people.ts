import type { IdOf } from '@logicspike/ids'
import { randomToken } from '@logicspike/secrets'
import type { Answer, PlatformHttp } from './platform-http.ts'

/** Somebody with an account, signed in. */
export type Person = {
  readonly id: IdOf<'user'>
  readonly email: string
  readonly password: string
  readonly displayName: string
  /** Token without a workspace, of the sign-in; it grows old like any other. */
  readonly token: string
  readonly refreshToken: string
  /** A fresh token for a workspace of theirs. @throws where they may not enter it */
  tokenFor(workspaceId: string): Promise<string>
  /** Asks as this person, in a workspace or without one. */
  ask(query: string, variables?: object, workspaceId?: string): Promise<Answer>
}

/** What is left out is made up. */
export type WantedPerson = {
  readonly email?: string
  readonly displayName?: string
  /** The language they sign up in, BCP 47. */
  readonly locale?: string
}

type Mailbox = { tokenMailedTo(email: string): Promise<string> }

const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { ... on UserError { message } } } }`
const VERIFY = `mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { userErrors { ... on UserError { message } } } }`
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { tokens { accessToken refreshToken } userErrors { __typename ... on UserError { message } } }
}`
const WHO = '{ viewer { user { id } } }'
const SWITCH = `mutation ($input: SwitchWorkspaceInput!) {
  switchWorkspace(input: $input) { tokens { accessToken } userErrors { __typename ... on UserError { message } } }
}`

/** Signs somebody up, opens the verification mail, and signs them in: all as a client would. */
export async function signUpPerson(
  http: PlatformHttp,
  mailbox: Mailbox,
  wanted: WantedPerson = {},
): Promise<Person> {
  const handle = randomToken(6)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x')
  const email = wanted.email ?? `person-${handle}@example.com`
  const displayName = wanted.displayName ?? `Person ${handle}`
  const password = `a long phrase ${randomToken(12)}`
  const { locale } = wanted
  await http.must(SIGN_UP, { input: { email, password, displayName, locale } })
  const token = await mailbox.tokenMailedTo(email)
  await http.must(VERIFY, { input: { token } })
  return signIn(http, { email, password, displayName })
}

/** Signs in with a password. @throws where that is refused */
export async function signIn(
  http: PlatformHttp,
  account: { email: string; password: string; displayName: string },
): Promise<Person> {
  const { email, password } = account
  const { signIn } = await http.must(SIGN_IN, { input: { email, password, delivery: 'PAYLOAD' } })
  const { accessToken, refreshToken } = signIn.tokens
  const { viewer } = await http.must(WHO, {}, accessToken)

  const tokenFor = async (workspaceId: string): Promise<string> => {
    const { switchWorkspace } = await http.must(SWITCH, { input: { workspaceId } }, accessToken)
    return switchWorkspace.tokens.accessToken
  }
  return {
    ...account,
    id: viewer.user.id,
    token: accessToken,
    refreshToken,
    tokenFor,
    async ask(query, variables = {}, workspaceId) {
      const token = workspaceId ? await tokenFor(workspaceId) : accessToken
      return http.graphql(query, variables, { token })
    },
  }
}
