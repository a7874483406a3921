import { linkTokenOf, type Mailbox } from '@logicspike/mail'

export const DEMO_EMAIL = 'demo@example.com'

const SIGN_UP = `mutation ($input: SignUpInput!) {
  signUp(input: $input) { userErrors { ... on UserError { message } } }
}`
const VERIFY_EMAIL = `mutation ($input: VerifyEmailInput!) {
  verifyEmail(input: $input) { userErrors { ... on UserError { message } } }
}`
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { tokens { accessToken } userErrors { ... on UserError { message } } }
}`
const CREATE_WORKSPACE = `mutation ($input: CreateWorkspaceInput!) {
  createWorkspace(input: $input) { workspace { id } userErrors { ... on UserError { message } } }
}`

type Platform = { url: string; mailbox: Mailbox; deliverMail(): Promise<void> }
type Payload = { userErrors: { message: string }[] } & Record<string, unknown>

/**
 * Somebody to sign in as, and a workspace of theirs, made through the public API like everybody
 * else's.
 * @throws where the platform refuses a step
 */
export async function createDemoWorkspace(platform: Platform, password: string): Promise<void> {
  const { url } = platform
  await mutate(url, SIGN_UP, { email: DEMO_EMAIL, password, displayName: 'Demo Owner' })
  const token = await mailedToken(platform, DEMO_EMAIL)
  await mutate(url, VERIFY_EMAIL, { token })
  const signIn = await mutate(url, SIGN_IN, { email: DEMO_EMAIL, password, delivery: 'PAYLOAD' })
  const { accessToken } = signIn.tokens as { accessToken: string }
  await mutate(url, CREATE_WORKSPACE, { name: 'Demo Workspace' }, accessToken)
}

async function mailedToken({ mailbox, deliverMail }: Platform, to: string): Promise<string> {
  await deliverMail()
  const mails = (await mailbox.list()).filter((each) => each.to === to)
  const token = mails.map(linkTokenOf).find((each) => each !== null)
  if (!token) throw new Error(`No mail with a link has reached ${to}.`)
  return token
}

async function mutate(url: string, query: string, input: object, token?: string): Promise<Payload> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables: { input } }),
  })
  const { data, errors = [] } = (await response.json()) as {
    data?: Record<string, Payload> | null
    errors?: { message: string }[]
  }
  const payload = Object.values(data ?? {})[0]
  const refusals = [...errors, ...(payload?.userErrors ?? [])].map(({ message }) => message)
  if (!payload || refusals.length > 0)
    throw new Error(`The demo was refused: ${refusals.join(' ')}`)
  return payload
}
