import { type IdOf, newId } from '@logicspike/ids'
import type {
  describeReaders,
  InputOf,
  InternalTransport,
  OutputOf,
} from '@logicspike/internal-api'

export type FakePerson = {
  readonly id: IdOf<'user'>
  email: string
  emailVerified: boolean
  displayName: string
  canSignIn: boolean
  locale: string
  timezone: string
}

/** What identity and tenancy say of people and workspaces: the part of both that is asked here. */
export type FakePeople = {
  aPerson(wanted?: Partial<FakePerson>): FakePerson
  /** A workspace whose members hold the permissions given with them. */
  aWorkspace(
    ...members: readonly (readonly [FakePerson, ...(readonly string[])])[]
  ): IdOf<'workspace'>
  /** While it is set, nobody answers. */
  isDown: boolean
  readonly identity: InternalTransport
  readonly tenancy: InternalTransport
}

type Member = readonly [FakePerson, ...(readonly string[])]

export function createFakePeople(jwks: () => unknown): FakePeople {
  const people = new Map<string, FakePerson>()
  const workspaces = new Map<string, readonly Member[]>()
  const fake: FakePeople = {
    isDown: false,
    aPerson(wanted = {}) {
      const id = newId('user')
      const person = {
        ...{ id, email: `${id}@example.com`, emailVerified: true, displayName: 'Asha Rao' },
        ...{ canSignIn: true, locale: 'en', timezone: 'UTC' },
        ...wanted,
      }
      people.set(person.id, person)
      return person
    },
    aWorkspace(...members) {
      const id = newId('workspace')
      workspaces.set(id, members)
      return id
    },
    identity: answering(() => fake.isDown, {
      jwks,
      'recent-epoch-bumps': () => [],
      'describe-users': ({ userIds }: { userIds: string[] }) =>
        userIds
          .map((id) => people.get(id))
          .filter((person) => person !== undefined)
          .map(({ timezone: _, ...rest }) => rest),
    }),
    tenancy: answering(() => fake.isDown, {
      'recent-epoch-bumps': () => [],
      'describe-readers': (question: InputOf<typeof describeReaders>) =>
        readersOf(workspaces.get(question.workspaceId), people, question.among),
    }),
  }
  return fake
}

function readersOf(
  members: readonly Member[] | undefined,
  people: ReadonlyMap<string, FakePerson>,
  among: InputOf<typeof describeReaders>['among'],
): OutputOf<typeof describeReaders> {
  if (!members) return null
  const asked =
    'holds' in among
      ? members.filter(([, ...held]) => held.includes(among.holds)).map(([person]) => person)
      : among.userIds.map((id) => people.get(id)).filter((person) => person !== undefined)
  const branding = { name: null, logoUrl: null, primaryColor: null, accentColor: null }
  return {
    workspace: { name: 'Acme', locale: 'en', timezone: 'UTC', branding },
    readers: asked.map(({ id, locale, timezone }) => ({ userId: id, locale, timezone })),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each question has an input of its own
type Answers = Readonly<Record<string, (input: any) => unknown>>

const answering = (isDown: () => boolean, answers: Answers): InternalTransport => ({
  ask: async (name, input) => {
    if (isDown()) throw new Error('down')
    return answers[name]?.(input)
  },
  close: async () => {},
})
