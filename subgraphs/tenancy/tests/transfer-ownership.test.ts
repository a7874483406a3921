import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const transfer = (token: string, memberId: string | undefined) =>
  tenancy.mutate(
    token,
    'transferOwnership',
    { memberId },
    'workspace { id viewerCanTransferOwnership viewerCanDelete } owner { id role { template } }',
  )
const templateOf = async (token: string) => {
  const { data } = await tenancy.ask(token, '{ viewer { member { role { template } } } }')
  return data.viewer.member.role.template
}

describe('transferOwnership', () => {
  test('makes the other Owner and the caller Admin, and ends the tokens of both', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [heir] = workspace.others
    const tokens = [await workspace.owner.token(), (await heir?.token()) ?? '']
    expect(await transfer(tokens[0] ?? '', heir?.memberId)).toEqual({
      // The answer shows already what the caller may not do any more.
      workspace: { id: workspace.id, viewerCanTransferOwnership: false, viewerCanDelete: false },
      owner: { id: heir?.memberId, role: { template: 'OWNER' } },
      userErrors: [],
    })
    expect(await templateOf(await workspace.owner.token())).toBe('ADMIN')
    expect(await templateOf((await heir?.token()) ?? '')).toBe('OWNER')
    await tenancy.learnRevocations()
    for (const token of tokens) {
      expect((await tenancy.ask(token, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
    }
    expect(await tenancy.eventsOf(workspace.id)).toContain('workspace.ownership_transferred')
  })

  test('other Owners stay Owners', async () => {
    const workspace = await tenancy.aWorkspace().withOwner().withOwner().withMember().build()
    const [other, heir] = workspace.others
    await transfer(await workspace.owner.token(), heir?.memberId)
    expect(await templateOf((await other?.token()) ?? '')).toBe('OWNER')
  })

  test('to somebody who is Owner already makes the caller Admin, and nothing else', async () => {
    const workspace = await tenancy.aWorkspace().withOwner().withOwner().build()
    const [other] = workspace.others
    const living = (await other?.token()) ?? ''
    expect((await transfer(await workspace.owner.token(), other?.memberId)).userErrors).toEqual([])
    await tenancy.learnRevocations()
    expect(await templateOf(living)).toBe('OWNER')
    expect(await templateOf(await workspace.owner.token())).toBe('ADMIN')
  })

  test('I9: not to an account that cannot sign in: MemberCannotSignInError', async () => {
    const asleep = tenancy.aPerson({ canSignIn: false })
    const workspace = await tenancy.aWorkspace().withMember(asleep).build()
    const token = await workspace.owner.token()
    expect(await transfer(token, workspace.others[0]?.memberId)).toEqual({
      workspace: null,
      owner: null,
      userErrors: [
        { __typename: 'MemberCannotSignInError', message: expect.any(String), path: ['memberId'] },
      ],
    })
    expect(await templateOf(token)).toBe('OWNER')
  })

  test('I9: not to somebody who is removed while identity is being asked', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [heir] = workspace.others
    const token = await workspace.owner.token()
    tenancy.identity.meanwhile = async () => {
      await tenancy.database.asAdmin('delete from tenancy.memberships where id = $1', [
        heir?.memberId,
      ])
    }
    await expect(transfer(token, heir?.memberId)).rejects.toThrow('NOT_FOUND')
    tenancy.identity.meanwhile = null
    expect(await templateOf(token)).toBe('OWNER')
  })

  test('not to oneself: InvalidInputError', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const payload = await transfer(await owner.token(), owner.memberId)
    expect(payload.userErrors).toEqual([
      expect.objectContaining({ __typename: 'InvalidInputError', path: ['memberId'] }),
    ])
  })

  test('not while identity is unreachable, and nothing is half done', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const token = await workspace.owner.token()
    tenancy.identity.reachable = false
    const transferring = transfer(token, workspace.others[0]?.memberId)
    await expect(transferring).rejects.toThrow('UPSTREAM_UNAVAILABLE')
    tenancy.identity.reachable = true
    expect(await templateOf(token)).toBe('OWNER')
  })

  test('I5: an Admin, and a custom role with the permission, give away what they do not have: denied', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withAdmin()
      .withRole('Regent', ['tenancy:workspace.transfer', 'tenancy:members.read'])
      .build()
    for (const other of workspace.others) {
      const transferring = transfer(await other.token(), other.memberId)
      await expect(transferring).rejects.toThrow('FORBIDDEN')
    }
  })

  test('I8, T2: another workspace’s member is absent, as an id that does not exist', async () => {
    const [own, foreign] = [
      await tenancy.aWorkspace().build(),
      await tenancy.aWorkspace().withMember().build(),
    ]
    const token = await own.owner.token()
    for (const id of [foreign.others[0]?.memberId, newId('member'), 'mem_\0']) {
      await expect(transfer(token, id)).rejects.toThrow('NOT_FOUND')
    }
  })
})
