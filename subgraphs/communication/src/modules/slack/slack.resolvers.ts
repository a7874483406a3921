import { inTransaction } from '@logicspike/database'
import { requirePermission } from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { MutationResolvers, QueryResolvers } from '../../__generated__/resolvers.ts'
import { connectSlackBot } from './connect-slack-bot.ts'
import { connectSlackWebhook } from './connect-slack-webhook.ts'
import { disconnectSlack } from './disconnect-slack.ts'
import { findSlackConnection } from './slack-connection.repository.ts'
import { testSlack } from './test-slack.ts'

/** Relay keeps names that end in `Connection` to itself, so the API says integration. */
const Query: Pick<QueryResolvers, 'slackIntegration'> = {
  slackIntegration: (_, __, ctx) => {
    requirePermission(ctx, 'communication:slack.manage')
    return findSlackConnection(ctx)
  },
}

const Mutation: Pick<
  MutationResolvers,
  'connectSlackWebhook' | 'connectSlackBot' | 'disconnectSlack' | 'testSlack'
> = {
  connectSlackWebhook: async (_, { input }, ctx) => {
    const result = await inTransaction(ctx, (tx) => connectSlackWebhook(tx, input))
    return { slackIntegration: resultOf(result), userErrors: errorsOf(result) }
  },
  connectSlackBot: async (_, { input }, ctx) => {
    const result = await inTransaction(ctx, (tx) => connectSlackBot(tx, input))
    return { slackIntegration: resultOf(result), userErrors: errorsOf(result) }
  },
  disconnectSlack: async (_, { input }, ctx) => {
    const result = await inTransaction(ctx, (tx) => disconnectSlack(tx, input))
    return { disconnectedSlackIntegrationId: resultOf(result), userErrors: [] }
  },
  testSlack: async (_, { input }, ctx) => {
    const result = await testSlack(ctx, input)
    return { slackIntegration: resultOf(result), userErrors: errorsOf(result) }
  },
}

export const slackResolvers = { Query, Mutation }
