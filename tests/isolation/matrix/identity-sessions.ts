import { byAccountHolder, byNobody, inAnother } from './own-calls.ts'
import { concernsCaller, input, notFound, type Rows, userError } from './row.ts'

/** Sessions: continuing, entering workspaces, ending. */
export const identitySessions: Rows = {
  'Mutation.refreshSession': {
    // The refresh token is a secret; here somebody knows the session that it is for.
    variables: input(({ sessionId }) => ({ refreshToken: sessionId })),
    stranger: userError('SessionEndedError'),
    own: byNobody(async (stage) => {
      const { objects } = await stage.account()
      return { input: { refreshToken: objects.refreshToken } }
    }),
  },
  'Mutation.switchWorkspace': {
    variables: input(({ workspaceId }) => ({ workspaceId })),
    stranger: userError('WorkspaceNotAccessibleError'),
    fellow: concernsCaller,
    own: inAnother(async ({ workspace }) => ({
      token: workspace.owner.token,
      variables: { input: { workspaceId: workspace.id } },
    })),
  },
  'Mutation.signOut': {
    variables: input(({ sessionId }) => ({ refreshToken: sessionId })),
    stranger: concernsCaller,
    isUniform: true,
    spendsCaller: true,
    own: byAccountHolder(() => ({ input: {} })),
  },
  'Mutation.endSession': {
    variables: input(({ sessionId }) => ({ sessionId })),
    stranger: notFound,
    own: byAccountHolder(({ sessionId }) => ({ input: { sessionId } })),
  },
  'Mutation.endOtherSessions': { stranger: concernsCaller, own: byAccountHolder() },
}
