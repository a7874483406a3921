import { describe, expect, test } from '@jest/globals'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const leave = (token: string) => tenancy.mutate(token, 'leaveWorkspace', null, 'leftWorkspaceId')

describe('leaveWorkspace', () => {
  test('ends the caller’s membership and tokens; no permission is needed to go', async () => {
    const workspace = await tenancy.aWorkspace().withRole('Nobody', []).build()
    const [member] = workspace.others
    const token = (await member?.token()) ?? ''
    expect(await leave(token)).toEqual({ leftWorkspaceId: workspace.id, userErrors: [] })
    await expect(member?.token()).rejects.toThrow('not-member')
    await tenancy.learnRevocations()
    expect((await tenancy.ask(token, '{ viewer { permissions } }')).codes).toEqual([
      'UNAUTHENTICATED',
    ])
    expect(await tenancy.eventsOf(member?.memberId ?? '')).toEqual(['member.removed'])
  })

  test('the last Owner stays: LastOwnerError', async () => {
    const { owner } = await tenancy.aWorkspace().withAdmin().build()
    expect(await leave(await owner.token())).toEqual({
      leftWorkspaceId: null,
      userErrors: [{ __typename: 'LastOwnerError', message: expect.any(String), path: null }],
    })
  })

  test('I9: also when the only other Owner cannot sign in', async () => {
    const asleep = tenancy.aPerson({ canSignIn: false })
    const { owner } = await tenancy.aWorkspace().withOwner().withOwner(asleep).build()
    expect((await leave(await owner.token())).userErrors[0].__typename).toBe('LastOwnerError')
  })

  test('an Owner goes where another one can sign in', async () => {
    const workspace = await tenancy.aWorkspace().withOwner().withOwner().build()
    expect((await leave(await workspace.owner.token())).leftWorkspaceId).toBe(workspace.id)
  })

  test('an Owner who came while identity was being asked is a conflict, not a wrong answer', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const token = await workspace.owner.token()
    tenancy.identity.meanwhile = async () => {
      await tenancy.database.asAdmin('update tenancy.memberships set role_id = $1 where id = $2', [
        workspace.roles.Owner,
        workspace.others[0]?.memberId,
      ])
    }
    await expect(leave(token)).rejects.toThrow('CONFLICT')
    tenancy.identity.meanwhile = null
    expect((await leave(token)).leftWorkspaceId).toBe(workspace.id)
  })

  test('twice with the same token is denied the second time', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const token = (await workspace.others[0]?.token()) ?? ''
    await leave(token)
    await expect(leave(token)).rejects.toThrow('FORBIDDEN')
  })

  test('is denied without a workspace, to services and to nobody', async () => {
    const LEAVE = 'mutation { leaveWorkspace { leftWorkspaceId } }'
    const neutral = tenancy.neutralToken(tenancy.aPerson())
    expect((await tenancy.ask(neutral, LEAVE)).codes).toEqual(['FORBIDDEN'])
    expect((await tenancy.ask(tenancy.serviceToken('blog', []), LEAVE)).codes).toEqual([
      'FORBIDDEN',
    ])
    expect((await tenancy.ask(null, LEAVE)).codes).toEqual(['UNAUTHENTICATED'])
  })
})
