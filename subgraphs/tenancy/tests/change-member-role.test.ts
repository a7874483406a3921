import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import type { TestMember, TestWorkspace } from './support/a-workspace.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const first = ({ others }: TestWorkspace, index = 0): TestMember => {
  const member = others[index]
  if (!member) throw new Error('The workspace has nobody else.')
  return member
}

function change(token: string, memberId: string, roleId: string | undefined) {
  const input = { memberId, roleId }
  return tenancy.mutate(token, 'changeMemberRole', input, 'member { id role { name } }')
}
const refused = (kind: string, ...path: string[]) => ({
  member: null,
  userErrors: [{ __typename: kind, message: expect.any(String), path }],
})

describe('changeMemberRole', () => {
  test('gives a member another role, and ends their tokens of the old one', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const member = first(workspace)
    const old = await member.token()
    const payload = await change(
      await workspace.owner.token(),
      member.memberId,
      workspace.roles.Admin,
    )
    expect(payload).toEqual({
      member: { id: member.memberId, role: { name: 'Admin' } },
      userErrors: [],
    })
    await tenancy.learnRevocations()
    expect((await tenancy.ask(old, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
    const { data } = await tenancy.ask(await member.token(), '{ viewer { permissions } }')
    expect(data.viewer.permissions).toContain('tenancy:members.invite')
    expect(await tenancy.eventsOf(member.memberId)).toEqual(['member.role_changed'])
  })

  test('the tokens of everybody else live on', async () => {
    const workspace = await tenancy.aWorkspace().withMember().withMember().build()
    const other = await first(workspace, 1).token()
    await change(await workspace.owner.token(), first(workspace).memberId, workspace.roles.Admin)
    await tenancy.learnRevocations()
    expect((await tenancy.ask(other, '{ workspace { id } }')).codes).toEqual([])
  })

  test('access given back does not revive a token from before', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const admin = first(workspace)
    const old = await admin.token()
    await change(await workspace.owner.token(), admin.memberId, workspace.roles.Member)
    await change(await workspace.owner.token(), admin.memberId, workspace.roles.Admin)
    await tenancy.learnRevocations()
    expect((await tenancy.ask(old, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
  })

  test('the role they hold already is no event and ends no token', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const member = first(workspace)
    const token = await member.token()
    await change(await workspace.owner.token(), member.memberId, workspace.roles.Member)
    await tenancy.learnRevocations()
    expect((await tenancy.ask(token, '{ workspace { id } }')).codes).toEqual([])
    expect(await tenancy.eventsOf(member.memberId)).toEqual([])
  })

  test('identity is not asked where no Owner is concerned', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [token, member] = [await workspace.owner.token(), first(workspace)]
    tenancy.identity.reachable = false
    const payload = await change(token, member.memberId, workspace.roles.Admin)
    tenancy.identity.reachable = true
    expect(payload.userErrors).toEqual([])
  })

  test('an Owner is not demoted while identity cannot say who else could sign in', async () => {
    const workspace = await tenancy.aWorkspace().withOwner().withOwner().build()
    const token = await workspace.owner.token()
    tenancy.identity.reachable = false
    const changing = change(token, first(workspace).memberId, workspace.roles.Admin)
    await expect(changing).rejects.toThrow('UPSTREAM_UNAVAILABLE')
    tenancy.identity.reachable = true
  })
})

describe('I5: nobody rises above their own standing', () => {
  test('an Admin promotes nobody to Owner', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().withMember().build()
    const payload = await change(
      await first(workspace).token(),
      first(workspace, 1).memberId,
      workspace.roles.Owner,
    )
    expect(payload).toEqual(refused('RoleOutOfReachError', 'roleId'))
  })

  test('an Admin promotes not themselves to Owner either', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const admin = first(workspace)
    const payload = await change(await admin.token(), admin.memberId, workspace.roles.Owner)
    expect(payload).toEqual(refused('RoleOutOfReachError', 'roleId'))
  })

  test('an Admin does not touch an Owner', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().withOwner().withOwner().build()
    const payload = await change(
      await first(workspace).token(),
      workspace.owner.memberId,
      workspace.roles.Member,
    )
    expect(payload).toEqual(refused('MemberOutOfReachError', 'memberId'))
  })

  test('a custom role does not reach who may do more, nor gives what it lacks', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withRole('Doorkeeper', ['tenancy:members.read', 'tenancy:members.update'])
      .withRole('Inviter', ['tenancy:members.read', 'tenancy:members.invite'])
      .withRole('Reader', ['tenancy:members.read'])
      .build()
    const token = await first(workspace).token()
    const [inviter, reader] = [first(workspace, 1), first(workspace, 2)]
    expect(await change(token, inviter.memberId, workspace.roles.Reader)).toEqual(
      refused('MemberOutOfReachError', 'memberId'),
    )
    expect(await change(token, reader.memberId, workspace.roles.Inviter)).toEqual(
      refused('RoleOutOfReachError', 'roleId'),
    )
    const down = await change(token, reader.memberId, workspace.roles.Doorkeeper)
    expect(down.member.role.name).toBe('Doorkeeper')
  })

  test('a custom role with every permission of an Owner is still below an Owner', async () => {
    const owner = tenancy.aPerson()
    const probe = await tenancy.aWorkspace().withOwner(owner).build()
    const { data } = await tenancy.ask(await probe.owner.token(), '{ viewer { permissions } }')
    const workspace = await tenancy.aWorkspace().withRole('Vizier', data.viewer.permissions).build()
    const vizier = first(workspace)
    const token = await vizier.token()
    expect(await change(token, vizier.memberId, workspace.roles.Owner)).toEqual(
      refused('RoleOutOfReachError', 'roleId'),
    )
    expect(await change(token, workspace.owner.memberId, workspace.roles.Member)).toEqual(
      refused('MemberOutOfReachError', 'memberId'),
    )
  })

  test('a token narrower than its holder’s role reaches no further than the token', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const narrow = await tenancy.tokenFor(workspace.owner.person, workspace.id, {
      scope: 'tenancy:members.update',
    })
    const payload = await change(narrow, first(workspace).memberId, workspace.roles.Owner)
    expect(payload.userErrors[0].__typename).toMatch(/OutOfReachError$/)
  })

  test('one’s own role may go down', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const admin = first(workspace)
    const payload = await change(await admin.token(), admin.memberId, workspace.roles.Member)
    expect(payload.member.role.name).toBe('Member')
  })

  test('a Member changes nobody’s role', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const member = first(workspace)
    const changing = change(await member.token(), member.memberId, workspace.roles.Admin)
    await expect(changing).rejects.toThrow('FORBIDDEN')
  })

  test('somebody whose role was taken a moment ago acts on it no more', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().withMember().build()
    const [admin, member] = [first(workspace), first(workspace, 1)]
    const old = await admin.token()
    await change(await workspace.owner.token(), admin.memberId, workspace.roles.Member)
    const changing = change(old, member.memberId, workspace.roles.Admin)
    await expect(changing).rejects.toThrow('FORBIDDEN')
  })
})

describe('I8, T2: another workspace’s ids', () => {
  test('its members and roles are absent, as ids that do not exist', async () => {
    const [own, foreign] = [
      await tenancy.aWorkspace().withMember().build(),
      await tenancy.aWorkspace().withMember().withRole('Editor', ['tenancy:members.read']).build(),
    ]
    const token = await own.owner.token()
    const { memberId } = first(own)
    for (const id of [first(foreign).memberId, newId('member'), 'mem_\0']) {
      await expect(change(token, id, own.roles.Admin)).rejects.toThrow('NOT_FOUND')
    }
    for (const id of [foreign.roles.Member, foreign.roles.Editor, newId('role'), 'x']) {
      await expect(change(token, memberId, id)).rejects.toThrow('NOT_FOUND')
    }
  })
})

describe('the last Owner', () => {
  test('is not demoted, by themselves neither', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const { memberId } = workspace.owner
    const payload = await change(await workspace.owner.token(), memberId, workspace.roles.Admin)
    expect(payload).toEqual(refused('LastOwnerError', 'memberId'))
  })

  test('I9: an Owner whose account cannot sign in does not count as another one', async () => {
    const asleep = tenancy.aPerson({ canSignIn: false })
    const workspace = await tenancy.aWorkspace().withOwner().withOwner(asleep).build()
    const { owner } = workspace
    const payload = await change(await owner.token(), owner.memberId, workspace.roles.Admin)
    expect(payload).toEqual(refused('LastOwnerError', 'memberId'))
    const other = await change(
      await owner.token(),
      first(workspace).memberId,
      workspace.roles.Admin,
    )
    expect(other.member.role.name).toBe('Admin')
  })
})
