import type { GatewayKeyring } from '@logicspike/auth'
import {
  createInternalServer,
  describeMembership,
  describeReaders,
  filterMembers,
  handleInternalCall,
  type InternalServer,
  releaseUser,
  tenancyEpochBumps,
} from '@logicspike/internal-api'
import type { ContextFactory } from '../../context.ts'
import { listRecentBumps } from '../epochs/epoch.repository.ts'
import { answerFilterMembers } from './answer-filter-members.ts'
import { answerMembership } from './answer-membership.ts'
import { answerReaders } from './answer-readers.ts'
import { endMembershipsOf } from './end-memberships-of.ts'

/** What other services may ask tenancy, outside the public graph. */
export function createInternalHandlers(deps: {
  contexts: ContextFactory
  keyring: GatewayKeyring
}): InternalServer {
  const { contexts, keyring } = deps
  return createInternalServer(
    [
      handleInternalCall(describeMembership, (input, { requestId }) =>
        answerMembership(contexts.forCall(requestId), input),
      ),
      handleInternalCall(filterMembers, (input, { requestId }) =>
        answerFilterMembers(contexts.forCall(requestId), input),
      ),
      handleInternalCall(describeReaders, (input, { requestId }) =>
        answerReaders(contexts.forCall(requestId), input),
      ),
      handleInternalCall(releaseUser, (input, { requestId }) =>
        endMembershipsOf(contexts.forCall(requestId), input),
      ),
      handleInternalCall(tenancyEpochBumps, ({ since }, { requestId }) =>
        listRecentBumps(contexts.forCall(requestId), new Date(since)),
      ),
    ],
    keyring,
  )
}
