import { byOwner, byOwnerOfAnother, bySomebodyNew, inAnother } from './own-calls.ts'
import { concernsCaller, forbidden, input, notFound, type Rows } from './row.ts'

const SUSPEND = 'mutation { suspendWorkspace { userErrors { __typename } } }'
const DELETE = 'mutation { deleteWorkspace { userErrors { __typename } } }'

/** A closed workspace cannot be entered, so its Owner comes with a token of no workspace. */
const afterwards = (closing: string) =>
  inAnother(async ({ workspace, ownerToken }, { platform }) => {
    await platform.must(closing, {}, await ownerToken())
    return { token: workspace.owner.token, variables: { input: { workspaceId: workspace.id } } }
  })

/** The workspace of the token, and coming back to a closed one. */
export const tenancyWorkspaces: Rows = {
  'Query.workspace': { stranger: concernsCaller, own: byOwner() },
  'Mutation.createWorkspace': {
    variables: () => ({ input: { name: 'Yet another' } }),
    stranger: concernsCaller,
    own: bySomebodyNew(async () => ({ input: { name: 'A first one' } })),
  },
  'Mutation.renameWorkspace': {
    variables: () => ({ input: { name: 'Taken over' } }),
    stranger: concernsCaller,
    own: byOwner(() => ({ input: { name: 'Renamed' } })),
  },
  'Mutation.changeWorkspaceSlug': {
    variables: ({ workspaceId }) => ({ input: { slug: `h-${workspaceId.slice(-12)}` } }),
    stranger: concernsCaller,
    own: byOwner(({ workspaceId }) => ({ input: { slug: `s-${workspaceId.slice(-12)}` } })),
  },
  'Mutation.setWorkspaceSecurityPolicy': {
    variables: () => ({ input: { requiresMfa: false } }),
    stranger: concernsCaller,
    own: byOwner(() => ({ input: { requiresMfa: false } })),
  },
  'Mutation.suspendWorkspace': {
    stranger: concernsCaller,
    spendsCaller: true,
    endsOwnToken: true,
    own: byOwnerOfAnother(),
  },
  'Mutation.deleteWorkspace': {
    stranger: concernsCaller,
    spendsCaller: true,
    endsOwnToken: true,
    own: byOwnerOfAnother(),
  },
  'Mutation.resumeWorkspace': {
    variables: input(({ workspaceId }) => ({ workspaceId })),
    stranger: notFound,
    fellow: forbidden,
    mayTellApart: 'members may know that their workspace exists',
    own: afterwards(SUSPEND),
  },
  'Mutation.restoreWorkspace': {
    variables: input(({ workspaceId }) => ({ workspaceId })),
    stranger: notFound,
    fellow: forbidden,
    mayTellApart: 'members may know that their workspace exists',
    own: afterwards(DELETE),
  },
}
