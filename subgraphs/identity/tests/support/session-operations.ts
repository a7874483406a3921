import type { IdentityTestApp, TestAnswer, TestRequest } from './identity-test-app.ts'

/** Fields of SessionTokens that tests look at. */
export const tokenFields = `accessToken expiresAt refreshToken workspace { id } session { id }`

const errorFields = `__typename ... on UserError { message path }`

export const REFRESH = `mutation ($input: RefreshSessionInput!) {
  refreshSession(input: $input) { tokens { ${tokenFields} } userErrors { ${errorFields} } }
}`

export const SWITCH = `mutation ($input: SwitchWorkspaceInput!) {
  switchWorkspace(input: $input) { tokens { ${tokenFields} } userErrors { ${errorFields} } }
}`

export const SIGN_OUT = `mutation ($input: SignOutInput!) {
  signOut(input: $input) { signedOut userErrors { ${errorFields} } }
}`

/** Refreshes as an app does, with the token in the input. */
export const refresh = (
  app: IdentityTestApp,
  refreshToken: string,
  request: TestRequest & { workspaceId?: string } = {},
): Promise<TestAnswer> => {
  const { workspaceId, ...rest } = request
  return app.execute(
    REFRESH,
    { input: { refreshToken, ...(workspaceId && { workspaceId }) } },
    rest,
  )
}

/** What a query with this access token meets: nothing, or the code of the refusal. */
export async function statusOf(app: IdentityTestApp, accessToken: string): Promise<string> {
  const answer = await app.execute('{ __typename }', {}, { token: accessToken })
  return answer.errors[0]?.extensions.code ?? 'OK'
}
