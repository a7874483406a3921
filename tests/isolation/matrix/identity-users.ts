import { byAccountHolder, byNobody, bySomebodyNew } from './own-calls.ts'
import { concernsCaller, input, notFound, type Rows, userError } from './row.ts'

const DEACTIVATE = `mutation ($input: DeactivateAccountInput!) {
  deactivateAccount(input: $input) { userErrors { __typename } }
}`

/** The caller's account, and accounts elsewhere that may sign in to it. */
export const identityUsers: Rows = {
  'Mutation.changeDisplayName': {
    variables: () => ({ input: { displayName: 'Somebody Else' } }),
    stranger: concernsCaller,
    own: byAccountHolder(() => ({ input: { displayName: 'Renamed' } })),
  },
  'Mutation.deactivateAccount': {
    // Confirmed with the address of another account than the caller's.
    variables: input(({ email }) => ({ email })),
    stranger: userError('InvalidInputError'),
    own: byAccountHolder(({ email }) => ({ input: { email } })),
  },
  'Mutation.reactivateAccount': {
    variables: input(({ email }) => ({ email, password: 'not the password' })),
    stranger: userError('InvalidCredentialsError'),
    leavesRecordsIn: ['identity.outbox'],
    own: byNobody(async ({ platform }) => {
      const { email, password, token } = await platform.aPerson()
      await platform.must(DEACTIVATE, { input: { email } }, token)
      return { input: { email, password } }
    }),
  },
  'Mutation.deleteAccount': {
    variables: input(({ email }) => ({ email })),
    stranger: userError('InvalidInputError'),
    own: byAccountHolder(({ email }) => ({ input: { email } })),
  },
  'Mutation.linkGoogle': {
    variables: () => ({ input: { returnTo: '/account' } }),
    stranger: userError('GoogleUnavailableError'),
    own: bySomebodyNew(async () => ({ input: { returnTo: '/account' } })),
    ownUserError: {
      type: 'GoogleUnavailableError',
      because: 'this platform has no Google; identity tests the trip against an OpenID provider',
    },
  },
  'Mutation.unlinkGoogle': {
    variables: input(({ linkedIdentityId }) => ({ linkedIdentityId })),
    stranger: notFound,
    own: byAccountHolder(({ linkedIdentityId }) => ({ input: { linkedIdentityId } })),
  },
  'Mutation.resumeGoogleSignIn': {
    // It takes a cookie of the browser that began; without one nothing waits.
    stranger: concernsCaller,
    own: byNobody(async () => ({})),
  },
}
