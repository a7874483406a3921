import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import {
  describeMembership,
  filterMembers,
  releaseUser,
  tenancyEpochBumps,
} from '@logicspike/internal-api'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const asIdentity = () => tenancy.callAs('identity')
const membershipOf = (person: { id: string }, workspaceId: string) =>
  asIdentity().call(describeMembership, { userId: person.id, workspaceId })
const release = (person: { id: string }) => asIdentity().call(releaseUser, { userId: person.id })

describe('describe-membership', () => {
  test('says all that a token for the workspace is made of', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withRole('Editor', ['tenancy:members.read'])
      .build()
    const [editor] = workspace.others
    await tenancy.database.asAdmin(
      `insert into tenancy.workspace_services (tenant_id, service, enabled)
       values ($1, 'media', true), ($1, 'blog', true), ($1, 'shop', false)`,
      [workspace.id],
    )
    expect(await membershipOf(editor?.person ?? { id: '' }, workspace.id)).toEqual({
      status: 'active',
      memberId: editor?.memberId,
      permissions: ['tenancy:members.read'],
      epoch: 0,
      services: ['blog', 'media'],
      requiresMfa: false,
    })
  })

  test('strangers, unknown ids and nonsense are all no members', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const stranger = tenancy.aPerson()
    const answers = await Promise.all([
      membershipOf(stranger, workspace.id),
      membershipOf(workspace.owner.person, newId('workspace')),
      membershipOf({ id: newId('user') }, workspace.id),
      membershipOf({ id: 'usr_\0' }, workspace.id),
      membershipOf(workspace.owner.person, 'garbage'),
    ])
    for (const answer of answers) expect(answer).toEqual({ status: 'not-member' })
  })

  test('a stranger does not learn that a workspace is suspended', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await tenancy.mutate(
      await workspace.owner.token(),
      'suspendWorkspace',
      null,
      'workspace { id }',
    )
    expect(await membershipOf(tenancy.aPerson(), workspace.id)).toEqual({ status: 'not-member' })
    expect(await membershipOf(workspace.owner.person, workspace.id)).toEqual({
      status: 'suspended',
    })
  })

  test('an epoch is never newer than the permissions beside it, whatever changes meanwhile', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    const { person, memberId } = member ?? workspace.owner
    const seen = new Map<number, string>()
    const changing = (async () => {
      for (let turn = 0; turn < 10; turn += 1) {
        const roleId = turn % 2 === 0 ? workspace.roles.Admin : workspace.roles.Member
        const token = await workspace.owner.token()
        await tenancy.mutate(token, 'changeMemberRole', { memberId, roleId }, 'member { id }')
      }
    })()
    const watching = (async () => {
      for (let look = 0; look < 60; look += 1) {
        const answer = await membershipOf(person, workspace.id)
        if (answer.status !== 'active') throw new Error(answer.status)
        const permissions = answer.permissions.join(' ')
        expect(seen.get(answer.epoch) ?? permissions).toBe(permissions)
        seen.set(answer.epoch, permissions)
      }
    })()
    await Promise.all([changing, watching])
    expect(seen.size).toBeGreaterThan(1)
  })
})

describe('release-user', () => {
  test('ends every membership of the person, and all their workspace tokens', async () => {
    const person = tenancy.aPerson()
    const workspaces = [
      await tenancy.aWorkspace().withMember(person).build(),
      await tenancy.aWorkspace().withAdmin(person).build(),
      await tenancy.aWorkspace().withOwner().withOwner(person).build(),
    ]
    const tokens = await Promise.all(workspaces.map(({ id }) => tenancy.tokenFor(person, id)))
    expect(await release(person)).toEqual({ released: true })
    for (const { id } of workspaces) {
      expect(await membershipOf(person, id)).toEqual({ status: 'not-member' })
    }
    await tenancy.learnRevocations()
    for (const token of tokens) {
      expect((await tenancy.ask(token, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
    }
    expect(await tenancy.eventsOf(workspaces[0]?.others[0]?.memberId ?? '')).toEqual([
      'member.removed',
    ])
  })

  test('I9: ends none of them while one workspace would lose its last Owner', async () => {
    const person = tenancy.aPerson()
    const owned = await tenancy.aWorkspace().withOwner(person).withAdmin().build()
    const joined = await tenancy.aWorkspace().withMember(person).build()
    const answer = await release(person)
    expect(answer).toEqual({
      released: false,
      soleOwnerOf: [{ id: owned.id, name: expect.stringMatching(/^Workspace /) }],
    })
    expect(await membershipOf(person, joined.id)).toMatchObject({ status: 'active', epoch: 0 })
    expect(await tenancy.eventsOf(joined.others[0]?.memberId ?? '')).toEqual([])
  })

  test('I9: names every workspace that stands in the way', async () => {
    const person = tenancy.aPerson()
    const asleep = tenancy.aPerson({ canSignIn: false })
    const one = await tenancy.aWorkspace().withOwner(person).build()
    const two = await tenancy.aWorkspace().withOwner(person).withOwner(asleep).build()
    await tenancy.aWorkspace().withOwner(person).withOwner().build()
    const answer = await release(person)
    if (answer.released) throw new Error('The person was released.')
    expect(answer.soleOwnerOf.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort())
  })

  test('a deleted workspace stands in nobody’s way, a suspended one does', async () => {
    const [quitter, keeper] = [tenancy.aPerson(), tenancy.aPerson()]
    const deleted = await tenancy.aWorkspace().withOwner(quitter).build()
    const suspended = await tenancy.aWorkspace().withOwner(keeper).build()
    await tenancy.mutate(await deleted.owner.token(), 'deleteWorkspace', null, 'workspace { id }')
    await tenancy.mutate(
      await suspended.owner.token(),
      'suspendWorkspace',
      null,
      'workspace { id }',
    )
    expect(await release(quitter)).toEqual({ released: true })
    expect(await release(keeper)).toMatchObject({ released: false })
  })

  test('somebody in no workspace is released', async () => {
    expect(await release(tenancy.aPerson())).toEqual({ released: true })
    expect(await release({ id: 'garbage' })).toEqual({ released: true })
  })

  test('people who share many workspaces, released at once, never wait in a ring', async () => {
    const people = [tenancy.aPerson(), tenancy.aPerson(), tenancy.aPerson()]
    for (let count = 0; count < 4; count += 1) {
      const builder = tenancy.aWorkspace()
      for (const person of people) builder.withMember(person)
      await builder.build()
    }
    const answers = await Promise.all(people.map(release))
    expect(answers).toEqual(people.map(() => ({ released: true })))
  })
})

describe('recent-epoch-bumps', () => {
  const bumpsSince = (since: Date) =>
    tenancy.callAs('gateway').call(tenancyEpochBumps, { since: since.toISOString() })

  test('lists the bumps of all workspaces, each subject with its latest epoch', async () => {
    const workspaces = [
      await tenancy.aWorkspace().withMember().build(),
      await tenancy.aWorkspace().withMember().build(),
    ]
    const since = tenancy.clock.now()
    for (const workspace of workspaces) {
      for (const roleId of [workspace.roles.Admin, workspace.roles.Member]) {
        const input = { memberId: workspace.others[0]?.memberId, roleId }
        await tenancy.mutate(
          await workspace.owner.token(),
          'changeMemberRole',
          input,
          'member { id }',
        )
      }
    }
    const bumps = await bumpsSince(since)
    for (const { id, others } of workspaces) {
      expect(bumps).toContainEqual({
        subject: `member:${id}:${others[0]?.person.id}`,
        epoch: 2,
        bumpedAt: since.toISOString(),
      })
    }
  })

  test('leaves out what is older than asked for', async () => {
    tenancy.clock.advance(600)
    expect(await bumpsSince(tenancy.clock.now())).toEqual([])
  })
})

describe('filter-members', () => {
  const filter = (workspaceId: string, ...people: readonly { id: string }[]) =>
    asIdentity().call(filterMembers, { workspaceId, userIds: people.map(({ id }) => id) })

  test('keeps those who are members of the workspace', async () => {
    const [own, foreign] = [
      await tenancy.aWorkspace().withMember().build(),
      await tenancy.aWorkspace().build(),
    ]
    const [member] = own.others
    const people = [
      own.owner.person,
      foreign.owner.person,
      member?.person ?? { id: '' },
      { id: 'x' },
    ]
    expect((await filter(own.id, ...people)).sort()).toEqual(
      [own.owner.person.id, member?.person.id].sort(),
    )
    expect(await filter('garbage', own.owner.person)).toEqual([])
    expect(await filter(own.id)).toEqual([])
  })
})

describe('who may call', () => {
  test.each([['gateway'], ['stranger']])(
    'membership and release are refused to %s',
    async (caller) => {
      const client = tenancy.callAs(caller)
      const userId = newId('user')
      const question = { userId, workspaceId: newId('workspace') }
      await expect(client.call(describeMembership, question)).rejects.toMatchObject({
        code: 'FORBIDDEN',
      })
      await expect(client.call(releaseUser, { userId })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      })
    },
  )

  test('epochs are refused to who is no service of the platform', async () => {
    const asking = tenancy
      .callAs('stranger')
      .call(tenancyEpochBumps, { since: new Date().toISOString() })
    await expect(asking).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
