import type { GatewayKeyring } from '@logicspike/auth'
import {
  createInternalServer,
  handleInternalCall,
  type InternalServer,
  identityEpochBumps,
  identityJwks,
} from '@logicspike/internal-api'
import type { ContextFactory } from '../context.ts'
import { sessionEpochSource } from '../modules/sessions/epoch-sources.ts'
import type { Signer } from '../modules/tokens/signer.ts'

/** What other services may ask identity, outside the public graph. */
export function createInternalHandlers(deps: {
  contexts: ContextFactory
  signer: Signer
  keyring: GatewayKeyring
}): InternalServer {
  const epochs = sessionEpochSource(deps.contexts)
  return createInternalServer(
    [
      handleInternalCall(identityJwks, async () => ({ keys: deps.signer.jwks().keys })),
      handleInternalCall(identityEpochBumps, async ({ since }) => [
        ...(await epochs.recentBumps(new Date(since))),
      ]),
    ],
    deps.keyring,
  )
}
