import { serviceToken } from '../support/token-forge.ts'
import { byOwner } from './own-calls.ts'
import { concernsCaller, cursorInvalid, forbidden, input, type Rows } from './row.ts'

const registration = {
  eventTypes: [
    {
      name: 'blog:post.published',
      version: 1,
      description: 'A post was published.',
      schema: { type: 'object' },
    },
  ],
}
const anEvent = { id: '1', type: 'blog:post.published', version: 1, subject: 'post-1', data: {} }
const REGISTER = `mutation ($input: RegisterEventTypesInput!) {
  registerEventTypes(input: $input) { userErrors { __typename } }
}`

/** What happens in a workspace is listed by its own cursors only, and told of by services alone. */
export const developerEvents: Rows = {
  'Query.events': {
    variables: ({ eventCursor }) => ({ after: eventCursor }),
    stranger: cursorInvalid,
    own: byOwner(({ eventCursor }) => ({ after: eventCursor })),
  },
  'Subscription.platformEvents': {
    variables: ({ eventCursor }) => ({ after: eventCursor }),
    stranger: cursorInvalid,
    own: byOwner(({ eventCursor }) => ({ after: eventCursor })),
  },
  'Query.eventTypes': { stranger: concernsCaller, own: byOwner() },
  // No role of any workspace contains these permissions: they are for services alone.
  'Mutation.registerEventTypes': {
    variables: () => ({ input: registration }),
    stranger: forbidden,
    own: async ({ platform }) => ({
      token: await serviceToken(platform, 'blog', 'developer:event-types.register'),
      variables: { input: registration },
    }),
  },
  'Mutation.publishEvents': {
    variables: input(({ workspaceId }) => ({ workspaceId, events: [anEvent] })),
    stranger: forbidden,
    own: async ({ platform, workspace }) => {
      const registrar = await serviceToken(platform, 'blog', 'developer:event-types.register')
      await platform.must(REGISTER, { input: registration }, registrar)
      const { objects } = await workspace()
      return {
        token: await serviceToken(platform, 'blog', 'developer:events.publish'),
        variables: { input: { workspaceId: objects.workspaceId, events: [anEvent] } },
      }
    },
  },
}
