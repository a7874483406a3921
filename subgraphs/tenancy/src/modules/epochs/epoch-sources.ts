import type { EpochSource } from '@logicspike/auth'
import { type InternalClient, identityEpochBumps } from '@logicspike/internal-api'
import type { ContextFactory } from '../../context.ts'
import { listRecentBumps } from './epoch.repository.ts'

/** What tenancy knows itself: memberships that were narrowed. */
export const membershipEpochSource = (contexts: ContextFactory): EpochSource => ({
  name: 'tenancy',
  recentBumps: (since) => listRecentBumps(contexts.forJob('epochs'), since),
})

/** What identity knows: sessions that ended. */
export const sessionEpochSource = (internal: InternalClient): EpochSource => ({
  name: 'identity',
  recentBumps: (since) => internal.call(identityEpochBumps, { since: since.toISOString() }),
})
