import type { TokenForge } from '@logicspike/auth/testing'
import { internal, upstreamUnavailable } from '@logicspike/errors'
import { type IdOf, newId } from '@logicspike/ids'
import type { InternalTransport } from '@logicspike/internal-api'

/** An account as identity knows it. */
export type Person = {
  readonly id: IdOf<'user'>
  readonly email: string
  readonly displayName: string
  readonly locale: string | null
  emailVerified: boolean
  canSignIn: boolean
}

/** The part of identity that tenancy asks, in memory. */
export type FakeIdentity = {
  readonly transport: InternalTransport
  /** A new account that can sign in, unless said otherwise. */
  aPerson(facts?: Partial<Omit<Person, 'id'>>): Person
  /** Runs while tenancy waits for an answer about users; to change things in between. */
  meanwhile: (() => Promise<void>) | null
  /** Whether it answers at all. */
  reachable: boolean
}

export function createFakeIdentity(forge: TokenForge): FakeIdentity {
  const people = new Map<string, Person>()
  const answers: Record<string, (input: never) => unknown> = {
    jwks: () => forge.jwks(),
    'recent-epoch-bumps': () => [],
    'describe-users': ({ userIds }: { userIds: string[] }) =>
      userIds.flatMap((id) => people.get(id) ?? []),
  }
  const identity: FakeIdentity = {
    meanwhile: null,
    reachable: true,
    transport: {
      async ask(name, input) {
        if (!identity.reachable && name === 'describe-users') throw upstreamUnavailable(name)
        const answer = answers[name]
        if (!answer) throw internal(`the fake identity has no call ${name}`)
        const answered = answer(input as never)
        if (name === 'describe-users') await identity.meanwhile?.()
        return answered
      },
      close: async () => {},
    },
    aPerson(facts = {}) {
      const id = newId('user')
      const handle = id.slice(-8)
      const person: Person = {
        id,
        email: `${handle}@example.com`,
        displayName: `Person ${handle}`,
        locale: null,
        emailVerified: true,
        canSignIn: true,
        ...facts,
      }
      people.set(id, person)
      return person
    },
  }
  return identity
}
