import type { EpochSource } from '@logicspike/auth'
import type { InternalClient } from './client.ts'
import { identityEpochBumps, tenancyEpochBumps } from './contracts/epochs.ts'

/** Revocations that another service knows of, for the epoch registry of a verifier. */
const sourceOf =
  (call: typeof identityEpochBumps) =>
  (client: InternalClient): EpochSource => ({
    name: call.service,
    recentBumps: (since) => client.call(call, { since: since.toISOString() }),
  })

/** Sessions that ended. */
export const identityEpochSource = sourceOf(identityEpochBumps)

/** Memberships that were narrowed. */
export const tenancyEpochSource = sourceOf(tenancyEpochBumps)
