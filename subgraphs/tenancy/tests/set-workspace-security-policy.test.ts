import { describe, expect, test } from '@jest/globals'
import { describeMembership } from '@logicspike/internal-api'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const strong = { amr: ['pwd', 'otp', 'mfa'] }
const setPolicy = (token: string, requiresMfa: boolean) =>
  tenancy.mutate(token, 'setWorkspaceSecurityPolicy', { requiresMfa }, 'workspace { requiresMfa }')

describe('setWorkspaceSecurityPolicy', () => {
  test('asks everybody for a second factor from now on, and ends all tokens', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const { person } = workspace.owner
    const member = (await workspace.others[0]?.token()) ?? ''
    const payload = await setPolicy(await tenancy.tokenFor(person, workspace.id, strong), true)
    expect(payload).toEqual({ workspace: { requiresMfa: true }, userErrors: [] })

    await tenancy.learnRevocations()
    expect((await tenancy.ask(member, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
    const question = { userId: person.id, workspaceId: workspace.id }
    const membership = await tenancy.callAs('identity').call(describeMembership, question)
    expect(membership).toMatchObject({ status: 'active', requiresMfa: true, epoch: 1 })
    expect(await tenancy.eventsOf(workspace.id)).toContain('workspace.security_policy_changed')
  })

  test('refuses who would lock themselves out as SecondFactorNotUsedError', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    expect(await setPolicy(await owner.token(), true)).toEqual({
      workspace: null,
      userErrors: [
        {
          __typename: 'SecondFactorNotUsedError',
          message: expect.any(String),
          path: ['requiresMfa'],
        },
      ],
    })
  })

  test('asking for less ends no token', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const token = () => tenancy.tokenFor(workspace.owner.person, workspace.id, strong)
    await setPolicy(await token(), true)
    const member = (await workspace.others[0]?.token()) ?? ''
    expect((await setPolicy(await token(), false)).workspace.requiresMfa).toBe(false)
    await tenancy.learnRevocations()
    expect((await tenancy.ask(member, '{ workspace { id } }')).codes).toEqual([])
  })

  test('the policy it has already is no event', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await setPolicy(await workspace.owner.token(), false)
    expect(await tenancy.eventsOf(workspace.id)).toEqual(['workspace.created'])
  })

  test('an Admin may, a Member may not', async () => {
    const { others } = await tenancy.aWorkspace().withAdmin().withMember().build()
    const [admin, member] = await Promise.all(others.map((other) => other.token()))
    expect((await setPolicy(admin ?? '', false)).userErrors).toEqual([])
    await expect(setPolicy(member ?? '', false)).rejects.toThrow('FORBIDDEN')
  })
})
