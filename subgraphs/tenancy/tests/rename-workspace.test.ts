import { describe, expect, test } from '@jest/globals'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const rename = (token: string, name: string) =>
  tenancy.mutate(token, 'renameWorkspace', { name }, 'workspace { id name slug }')

describe('renameWorkspace', () => {
  test('changes the name and nothing else', async () => {
    const workspace = await tenancy.aWorkspace().build()
    expect(await rename(await workspace.owner.token(), ' New  name ')).toEqual({
      workspace: { id: workspace.id, name: 'New name', slug: workspace.slug },
      userErrors: [],
    })
    expect(await tenancy.eventsOf(workspace.id)).toEqual(['workspace.created', 'workspace.renamed'])
  })

  test('the name it has already is no event', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await rename(await workspace.owner.token(), 'Same')
    await rename(await workspace.owner.token(), 'Same')
    expect(await tenancy.eventsOf(workspace.id)).toEqual(['workspace.created', 'workspace.renamed'])
  })

  test('refuses a bad name as InvalidInputError and keeps the old one', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const token = await workspace.owner.token()
    const payload = await rename(token, 'Click https://evil.example')
    expect(payload).toMatchObject({
      workspace: null,
      userErrors: [{ __typename: 'InvalidInputError', path: ['name'] }],
    })
    const { data } = await tenancy.ask(token, '{ workspace { name } }')
    expect(data.workspace.name).toMatch(/^Workspace /)
  })

  test('an Admin may, a Member may not', async () => {
    const { others } = await tenancy.aWorkspace().withAdmin().withMember().build()
    const [admin, member] = await Promise.all(others.map((other) => other.token()))
    expect((await rename(admin ?? '', 'By the Admin')).workspace.name).toBe('By the Admin')
    await expect(rename(member ?? '', 'By the Member')).rejects.toThrow('FORBIDDEN')
  })
})
