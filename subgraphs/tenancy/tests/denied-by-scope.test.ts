import { beforeAll, describe, expect, test } from '@jest/globals'
import { serialiseScope } from '@logicspike/auth'
import type { TestWorkspace } from './support/a-workspace.ts'
import { isPublic, operationOf, type RootField, rootFields } from './support/root-fields.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()

const cases = rootFields.map((field) => [`${field.type} ${field.node.name.value}`, field] as const)
const guarded = cases.filter(([, field]) => !isPublic(field))
const scoped = guarded.filter(([, field]) => field.scopes.length > 0)

let workspace: TestWorkspace
beforeAll(async () => {
  workspace = await tenancy.aWorkspace().build()
})

const codesOf = async (token: string | null, field: RootField): Promise<readonly string[]> => {
  const { query, variables } = operationOf(field)
  return (await tenancy.ask(token, query, variables)).codes
}

describe('T1: the subgraph decides by itself, whatever the gateway has let through', () => {
  test.each(guarded)('%s is denied without a token', async (_, field) => {
    expect(await codesOf(null, field)).toEqual(['UNAUTHENTICATED'])
  })

  test.each(scoped)('%s is denied to a token without a workspace', async (_, field) => {
    const claimed = tenancy.neutralToken(workspace.owner.person, {
      scope: serialiseScope(field.scopes),
    })
    expect(await codesOf(claimed, field)).toEqual(['FORBIDDEN'])
  })

  test.each(scoped)('%s is denied to a token that has every other permission', async (_, field) => {
    const { data } = await tenancy.ask(await workspace.owner.token(), '{ viewer { permissions } }')
    const others = data.viewer.permissions.filter((name: string) => !field.scopes.includes(name))
    const token = await tenancy.tokenFor(workspace.owner.person, workspace.id, {
      scope: serialiseScope(others),
    })
    expect(await codesOf(token, field)).toEqual(['FORBIDDEN'])
  })

  const changing = scoped.filter(
    ([, { type, node }]) => type === 'mutation' && node.name.value !== 'registerServicePermissions',
  )
  test.each(changing)('%s is denied to an ex-member whose token lives on', async (_, field) => {
    const person = tenancy.aPerson()
    const { others, id } = await tenancy.aWorkspace().withOwner().withOwner(person).build()
    const token = await tenancy.tokenFor(person, id)
    await tenancy.database.asAdmin('delete from tenancy.memberships where id = $1', [
      others[0]?.memberId,
    ])
    expect(await codesOf(token, field)).toEqual(['FORBIDDEN'])
  })

  test.each(changing)(
    '%s is denied where the role no longer has what the token says',
    async (_, field) => {
      const { others, id, roles } = await tenancy.aWorkspace().withOwner().withOwner().build()
      const [demoted] = others
      const token = (await demoted?.token()) ?? ''
      await tenancy.database.asAdmin('update tenancy.memberships set role_id = $1 where id = $2', [
        roles.Member,
        demoted?.memberId,
      ])
      expect(id).toBeDefined()
      expect(await codesOf(token, field)).toEqual(['FORBIDDEN'])
    },
  )
})
