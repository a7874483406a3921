import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const remove = (token: string, memberId: string | undefined) =>
  tenancy.mutate(token, 'removeMember', { memberId }, 'removedMemberId')
const kindOf = async (payload: Promise<{ userErrors: { __typename: string }[] }>) =>
  (await payload).userErrors.map(({ __typename }) => __typename)

describe('removeMember', () => {
  test('takes the member out at once and for good', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    const old = (await member?.token()) ?? ''
    expect(await remove(await workspace.owner.token(), member?.memberId)).toEqual({
      removedMemberId: member?.memberId,
      userErrors: [],
    })
    await expect(member?.token()).rejects.toThrow('not-member')
    await tenancy.learnRevocations()
    expect((await tenancy.ask(old, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
    expect(await tenancy.eventsOf(member?.memberId ?? '')).toEqual(['member.removed'])
  })

  test('a token that is not known to be dead yet changes nothing any more', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const old = (await workspace.others[0]?.token()) ?? ''
    await remove(await workspace.owner.token(), workspace.others[0]?.memberId)
    const renaming = tenancy.mutate(
      old,
      'renameWorkspace',
      { name: 'Revenge' },
      'workspace { name }',
    )
    await expect(renaming).rejects.toThrow('FORBIDDEN')
  })

  test('who comes back gets no token of the first time back to life', async () => {
    const person = tenancy.aPerson()
    const workspace = await tenancy.aWorkspace().withMember(person).build()
    const old = (await workspace.others[0]?.token()) ?? ''
    await remove(await workspace.owner.token(), workspace.others[0]?.memberId)
    await tenancy.database.asAdmin(
      `insert into tenancy.memberships (id, tenant_id, user_id, role_id, joined_at)
       values ($1, $2, $3, $4, now())`,
      [newId('member'), workspace.id, person.id, workspace.roles.Member],
    )
    await tenancy.learnRevocations()
    expect((await tenancy.ask(old, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
    const fresh = await tenancy.tokenFor(person, workspace.id)
    expect((await tenancy.ask(fresh, '{ workspace { id } }')).codes).toEqual([])
  })

  test('other workspaces of the removed person keep working', async () => {
    const person = tenancy.aPerson()
    const [one, other] = [
      await tenancy.aWorkspace().withMember(person).build(),
      await tenancy.aWorkspace().withMember(person).build(),
    ]
    const elsewhere = (await other.others[0]?.token()) ?? ''
    await remove(await one.owner.token(), one.others[0]?.memberId)
    await tenancy.learnRevocations()
    expect((await tenancy.ask(elsewhere, '{ workspace { id } }')).codes).toEqual([])
  })

  test('I5: an Admin removes Members and other Admins, and no Owner', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withAdmin()
      .withAdmin()
      .withMember()
      .withOwner()
      .build()
    const [admin, otherAdmin, member] = workspace.others
    const token = (await admin?.token()) ?? ''
    expect(await kindOf(remove(token, workspace.owner.memberId))).toEqual(['MemberOutOfReachError'])
    expect(await kindOf(remove(token, otherAdmin?.memberId))).toEqual([])
    expect(await kindOf(remove(token, member?.memberId))).toEqual([])
  })

  test('nobody removes themselves: InvalidInputError points to leaving', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const [admin] = workspace.others
    const payload = await remove((await admin?.token()) ?? '', admin?.memberId)
    expect(payload.userErrors).toEqual([
      {
        __typename: 'InvalidInputError',
        message: expect.stringContaining('leave'),
        path: ['memberId'],
      },
    ])
  })

  test('I9: an Owner is not removed where no other could sign in', async () => {
    const workspace = await tenancy.aWorkspace().withOwner().withOwner().build()
    const token = await workspace.owner.token()
    workspace.owner.person.canSignIn = false
    expect(await kindOf(remove(token, workspace.others[0]?.memberId))).toEqual(['LastOwnerError'])
  })

  test('a Member removes nobody', async () => {
    const workspace = await tenancy.aWorkspace().withMember().withMember().build()
    const [one, other] = workspace.others
    await expect(remove((await one?.token()) ?? '', other?.memberId)).rejects.toThrow('FORBIDDEN')
  })

  test('I8, T2: another workspace’s member is absent, as an id that does not exist', async () => {
    const [own, foreign] = [
      await tenancy.aWorkspace().build(),
      await tenancy.aWorkspace().withMember().build(),
    ]
    const token = await own.owner.token()
    for (const id of [foreign.others[0]?.memberId, newId('member'), 'garbage']) {
      await expect(remove(token, id)).rejects.toThrow('NOT_FOUND')
    }
    await expect(foreign.others[0]?.token()).resolves.toEqual(expect.any(String))
  })
})
