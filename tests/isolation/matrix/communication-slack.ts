import { byOwner, byOwnerOfAnother, inAnother } from './own-calls.ts'
import { concernsCaller, input, notFound, nothing, type Rows } from './row.ts'

const webhook = { url: 'https://hooks.slack.com/services/T024BE91L/B024BE91M/abcdefghijklmnop' }
const bot = { token: 'xoxb-1234567890-abcdefghij', channelId: 'C024BE91L' }

const CONNECT = `mutation ($input: ConnectSlackBotInput!) {
  connectSlackBot(input: $input) { slackIntegration { id } userErrors { __typename } }
}`

/** The Slack channel of a workspace. Slack itself is not asked: tests have one that takes anything. */
export const communicationSlack: Rows = {
  'Query.slackIntegration': { stranger: nothing, own: byOwner() },
  'Mutation.connectSlackWebhook': {
    variables: () => ({ input: webhook }),
    stranger: concernsCaller,
    own: byOwnerOfAnother(() => ({ input: webhook })),
  },
  'Mutation.connectSlackBot': {
    variables: () => ({ input: bot }),
    stranger: concernsCaller,
    own: byOwnerOfAnother(() => ({ input: bot })),
  },
  'Mutation.disconnectSlack': {
    variables: input(({ slackConnectionId }) => ({ id: slackConnectionId })),
    stranger: notFound,
    own: byOwnerOfAnother(({ slackConnectionId }) => ({ input: { id: slackConnectionId } })),
  },
  'Mutation.testSlack': {
    variables: input(({ slackConnectionId }) => ({ id: slackConnectionId })),
    stranger: notFound,
    // What was told there already counts against Slack's pace; a connection made anew is told nothing.
    own: inAnother(async ({ ownerToken }, { platform }) => {
      const token = await ownerToken()
      await platform.settleEvents()
      const { connectSlackBot } = await platform.must(CONNECT, { input: bot }, token)
      return { token, variables: { input: { id: connectSlackBot.slackIntegration.id } } }
    }),
  },
}
