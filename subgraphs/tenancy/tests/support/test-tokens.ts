import { serialiseScope } from '@logicspike/auth'
import type { Claims, TokenForge } from '@logicspike/auth/testing'
import { newId } from '@logicspike/ids'
import { describeMembership, type InternalClient } from '@logicspike/internal-api'

type Holder = { readonly id: string }

export type TestTokens = {
  /** A token without a workspace. */
  neutralToken(person: Holder, claims?: Claims): string
  /**
   * A token for a workspace, minted as identity mints it: with what tenancy says of the membership.
   * @throws Error with the status where the person may not enter
   */
  tokenFor(person: Holder, workspaceId: string, claims?: Claims): Promise<string>
  /** A service's token in its own name, which is its client id. */
  serviceToken(service: string, permissions: readonly string[], claims?: Claims): string
}

export function createTestTokens(forge: TokenForge, tenancy: InternalClient): TestTokens {
  const ofPerson = ({ id }: Holder): Claims => ({ sub: id, sid: newId('session'), services: [] })
  return {
    neutralToken: (person, claims = {}) =>
      forge.sign(
        forge.claims({
          ...ofPerson(person),
          tid: undefined,
          scope: '',
          ep: { s: 0 },
          ...claims,
        }),
      ),
    async tokenFor(person, workspaceId, claims = {}) {
      const membership = await tenancy.call(describeMembership, { userId: person.id, workspaceId })
      if (membership.status !== 'active') throw new Error(membership.status)
      return forge.sign(
        forge.claims({
          ...ofPerson(person),
          tid: workspaceId,
          scope: serialiseScope(membership.permissions),
          services: membership.services,
          ep: { s: 0, m: membership.epoch },
          ...claims,
        }),
      )
    },
    serviceToken: (service, permissions, claims = {}) =>
      forge.sign(
        forge.serviceClaims({
          sub: service,
          client_id: service,
          scope: serialiseScope(permissions),
          ...claims,
        }),
      ),
  }
}
