import type { EpochSource } from '@logicspike/auth'
import type { ContextFactory } from '../../context.ts'
import { listRecentBumps } from './epoch.repository.ts'

/** What tenancy knows itself: memberships that were narrowed. */
export const membershipEpochSource = (contexts: ContextFactory): EpochSource => ({
  name: 'tenancy',
  recentBumps: (since) => listRecentBumps(contexts.forJob('epochs'), since),
})
