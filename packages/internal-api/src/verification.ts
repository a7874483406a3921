import {
  ACCESS_TOKEN_AUDIENCE,
  type AuthLog,
  type Clock,
  createEpochRegistry,
  createKeySource,
  createTokenVerifier,
  type EpochRegistry,
  type EpochSource,
  type TokenVerifier,
} from '@logicspike/auth'
import { type EventBus, tailEpochFeed } from '@logicspike/events'
import type { InternalClient } from './client.ts'
import { identityJwks } from './contracts/identity.ts'
import { identityEpochSource, tenancyEpochSource } from './epoch-sources.ts'

/** What a service needs to judge tokens by itself. */
export type Verification = {
  readonly verifier: TokenVerifier
  /** To be loaded before serving, and kept up to date. */
  readonly epochs: EpochRegistry
  /** For readiness. @throws Error while revocations are not known */
  ready(): Promise<void>
}

/**
 * Verification as every subgraph but identity does it: signing keys from identity, revocations from
 * those who know of them.
 * @param options.own revocations that this service knows itself, in place of asking itself
 * @param options.events brings revocations the moment they are in the log; without it they are polled
 */
export function createVerification(options: {
  issuer: string
  internal: InternalClient
  clock: Clock
  log: AuthLog
  own?: EpochSource
  events?: EventBus | undefined
}): Verification {
  const { issuer, internal, clock, log, own, events } = options
  const others = [identityEpochSource(internal), tenancyEpochSource(internal)]
  const sources = own ? [own, ...others.filter(({ name }) => name !== own.name)] : others
  const epochs = createEpochRegistry({
    sources,
    clock,
    log,
    ...(events && { feed: tailEpochFeed(events.tail) }),
  })
  const keySource = createKeySource({
    fetchJwks: () => internal.call(identityJwks, {}),
    clock,
    log,
  })
  return {
    epochs,
    verifier: createTokenVerifier({
      issuer,
      audience: ACCESS_TOKEN_AUDIENCE,
      keySource,
      epochs,
      clock,
    }),
    async ready() {
      if (!epochs.ready) throw new Error('revocations are not known yet')
    },
  }
}
