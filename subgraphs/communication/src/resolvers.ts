import { mergeResolvers, type ResolverMap } from '@logicspike/subgraph-server'
import { inboxResolvers } from './modules/inbox/inbox.resolvers.ts'
import { preferenceResolvers } from './modules/preferences/preference.resolvers.ts'
import { slackResolvers } from './modules/slack/slack.resolvers.ts'

/** What communication answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers(
  inboxResolvers,
  preferenceResolvers,
  slackResolvers,
)
