import type { GatewayKeyring } from '@logicspike/auth'
import {
  createInternalServer,
  describeUsers as describeUsersCall,
  handleInternalCall,
  type InternalServer,
  identityEpochBumps,
  identityJwks,
} from '@logicspike/internal-api'
import type { ContextFactory } from '../context.ts'
import { sessionEpochSource } from '../modules/sessions/session-epoch-source.ts'
import type { Signer } from '../modules/tokens/signer.ts'
import { describeUsers } from './describe-users.ts'

/** What other services may ask identity, outside the public graph. */
export function createInternalHandlers(deps: {
  contexts: ContextFactory
  signer: Signer
  keyring: GatewayKeyring
}): InternalServer {
  const { contexts, signer, keyring } = deps
  const epochs = sessionEpochSource(contexts)
  return createInternalServer(
    [
      handleInternalCall(describeUsersCall, (input) =>
        describeUsers(contexts.forJob('describe-users'), input),
      ),
      handleInternalCall(identityJwks, async () => ({ keys: signer.jwks().keys })),
      handleInternalCall(identityEpochBumps, async ({ since }) => [
        ...(await epochs.recentBumps(new Date(since))),
      ]),
    ],
    keyring,
  )
}
