import { describe, expect, test } from '@jest/globals'
import { releaseUser } from '@logicspike/internal-api'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const rounds = Array.from({ length: 4 }, (_, index) => index + 1)

type Outcome = { done: boolean; why: string }

/** What became of an attempt: done, refused as a typed error, or failed with a code. */
async function outcomeOf(
  attempt: Promise<{ userErrors: { __typename: string }[] }>,
): Promise<Outcome> {
  try {
    const { userErrors } = await attempt
    return { done: userErrors.length === 0, why: userErrors[0]?.__typename ?? 'done' }
  } catch (error) {
    return { done: false, why: (error as Error).message }
  }
}

const leave = (token: string) =>
  outcomeOf(tenancy.mutate(token, 'leaveWorkspace', null, 'leftWorkspaceId'))
const demote = (token: string, memberId: string, roleId = '') =>
  outcomeOf(tenancy.mutate(token, 'changeMemberRole', { memberId, roleId }, 'member { id }'))
const remove = (token: string, memberId: string) =>
  outcomeOf(tenancy.mutate(token, 'removeMember', { memberId }, 'removedMemberId'))
const transfer = (token: string, memberId: string) =>
  outcomeOf(tenancy.mutate(token, 'transferOwnership', { memberId }, 'owner { id }'))

async function countOwners(workspaceId: string): Promise<number> {
  const [row] = await tenancy.database.asAdmin<{ count: string }>(
    `select count(*) from tenancy.memberships m
     join tenancy.roles r on r.id = m.role_id and r.template = 'owner' where m.tenant_id = $1`,
    [workspaceId],
  )
  return Number(row?.count)
}

async function twoOwners() {
  const workspace = await tenancy
    .aWorkspace()
    .withOwner()
    .withOwner()
    .withMember()
    .withMember()
    .build()
  const [second, ...members] = workspace.others
  if (!second) throw new Error('There is no second Owner.')
  const tokens = [await workspace.owner.token(), await second.token()] as const
  return { workspace, owners: [workspace.owner, second] as const, members, tokens }
}

describe('I9: two Owners at once, and one must remain', () => {
  test.each(rounds)('both leave (round %d): exactly one goes', async () => {
    const { workspace, tokens } = await twoOwners()
    const outcomes = await Promise.all(tokens.map(leave))
    expect(outcomes.map(({ why }) => why).sort()).toEqual(['LastOwnerError', 'done'])
    expect(await countOwners(workspace.id)).toBe(1)
  })

  test.each(rounds)('each demotes the other (round %d): exactly one is demoted', async () => {
    const { workspace, owners, tokens } = await twoOwners()
    const outcomes = await Promise.all([
      demote(tokens[0], owners[1].memberId, workspace.roles.Member),
      demote(tokens[1], owners[0].memberId, workspace.roles.Member),
    ])
    expect(outcomes.filter(({ done }) => done)).toHaveLength(1)
    expect(await countOwners(workspace.id)).toBe(1)
  })

  test.each(rounds)('each removes the other (round %d): exactly one is removed', async () => {
    const { workspace, owners, tokens } = await twoOwners()
    const outcomes = await Promise.all([
      remove(tokens[0], owners[1].memberId),
      remove(tokens[1], owners[0].memberId),
    ])
    expect(outcomes.filter(({ done }) => done)).toHaveLength(1)
    expect(await countOwners(workspace.id)).toBe(1)
  })

  test.each(rounds)('one leaves while the other demotes themselves (round %d)', async () => {
    const { workspace, owners, tokens } = await twoOwners()
    const outcomes = await Promise.all([
      leave(tokens[0]),
      demote(tokens[1], owners[1].memberId, workspace.roles.Admin),
    ])
    expect(outcomes.map(({ why }) => why).sort()).toEqual(['LastOwnerError', 'done'])
    expect(await countOwners(workspace.id)).toBe(1)
  })

  test.each(rounds)('one closes the account while the other leaves (round %d)', async () => {
    const { workspace, owners, tokens } = await twoOwners()
    const [left, released] = await Promise.all([
      leave(tokens[0]),
      tenancy.callAs('identity').call(releaseUser, { userId: owners[1].person.id }),
    ])
    expect([left.done, released.released].filter(Boolean)).toHaveLength(1)
    expect(await countOwners(workspace.id)).toBe(1)
  })

  test.each(rounds)('both close their accounts (round %d): exactly one can', async () => {
    const { workspace, owners } = await twoOwners()
    const answers = await Promise.all(
      owners.map(({ person }) =>
        tenancy.callAs('identity').call(releaseUser, { userId: person.id }),
      ),
    )
    expect(answers.filter(({ released }) => released)).toHaveLength(1)
    expect(await countOwners(workspace.id)).toBe(1)
  })
})

describe('I9: transfers at once', () => {
  test.each(rounds)('one Owner to two heirs (round %d): exactly one heir', async () => {
    const workspace = await tenancy.aWorkspace().withMember().withMember().build()
    const token = await workspace.owner.token()
    const outcomes = await Promise.all(
      workspace.others.map(({ memberId }) => transfer(token, memberId)),
    )
    expect(outcomes.map(({ why }) => why).sort()).toEqual(['FORBIDDEN', 'done'])
    expect(await countOwners(workspace.id)).toBe(1)
  })

  test.each(rounds)(
    'a transfer while the heir leaves (round %d): somebody stays Owner',
    async () => {
      const workspace = await tenancy.aWorkspace().withMember().build()
      const [heir] = workspace.others
      const [token, heirToken] = [await workspace.owner.token(), (await heir?.token()) ?? '']
      await Promise.all([transfer(token, heir?.memberId ?? ''), leave(heirToken)])
      expect(await countOwners(workspace.id)).toBe(1)
    },
  )

  test.each(rounds)('two Owners to each other (round %d): one stays Owner', async () => {
    const { workspace, owners, tokens } = await twoOwners()
    const outcomes = await Promise.all([
      transfer(tokens[0], owners[1].memberId),
      transfer(tokens[1], owners[0].memberId),
    ])
    // The second finds themselves Owner still, and the first an Admin: that is a transfer again.
    expect(outcomes.every(({ done }) => done)).toBe(true)
    expect(await countOwners(workspace.id)).toBe(1)
  })

  test('twenty changes at once in one workspace never wait in a ring', async () => {
    const { workspace, members, tokens } = await twoOwners()
    const [one, other] = members
    const changes = Array.from({ length: 20 }, (_, index) =>
      demote(
        tokens[index % 2] ?? '',
        (index % 3 === 0 ? one : other)?.memberId ?? '',
        index % 2 === 0 ? workspace.roles.Admin : workspace.roles.Member,
      ),
    )
    expect((await Promise.all(changes)).every(({ done }) => done)).toBe(true)
  })
})
