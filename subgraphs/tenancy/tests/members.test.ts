import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const MEMBERS = `query ($first: Int, $after: String) {
  members(first: $first, after: $after) {
    edges { cursor node { id user { id } role { name } viewerCanChangeRole viewerCanRemove } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`
const MEMBER = 'query ($id: ID!) { member(id: $id) { id user { id } joinedAt } }'

type Edge = { cursor: string; node: { id: string; user: { id: string }; role: { name: string } } }

describe('members', () => {
  test('lists everybody, longest members first, page by page', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().withMember().withMember().build()
    const token = await workspace.owner.token()
    const expected = [workspace.owner, ...workspace.others].map(({ memberId }) => memberId)
    const seen: string[] = []
    let after: string | null = null
    for (let pages = 0; pages < 4; pages += 1) {
      const { data, codes } = await tenancy.ask(token, MEMBERS, { first: 1, after })
      expect(codes).toEqual([])
      seen.push(...data.members.edges.map(({ node }: Edge) => node.id))
      expect(data.members.pageInfo.hasNextPage).toBe(pages < 3)
      after = data.members.pageInfo.endCursor
    }
    expect(seen).toEqual(expected)
  })

  test('says what the viewer may do to each, as the mutations will decide', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().withMember().build()
    const admin = (await workspace.others[0]?.token()) ?? ''
    const { data } = await tenancy.ask(admin, MEMBERS)
    const may = data.members.edges.map(({ node }: { node: Record<string, unknown> }) => [
      node.viewerCanChangeRole,
      node.viewerCanRemove,
    ])
    // The Owner is out of reach; oneself may be lowered and not removed; the Member is in reach.
    expect(may).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ])
  })

  test('a Member sees the others and may do nothing to them', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const { data } = await tenancy.ask((await workspace.others[0]?.token()) ?? '', MEMBERS)
    expect(data.members.edges).toHaveLength(2)
    for (const { node } of data.members.edges) {
      expect([node.viewerCanChangeRole, node.viewerCanRemove]).toEqual([false, false])
    }
  })

  test('a page of a hundred members is read in a handful of queries', async () => {
    const builder = tenancy.aWorkspace()
    const workspace = await builder.build()
    await tenancy.database.asAdmin(
      `insert into tenancy.memberships (id, tenant_id, user_id, role_id, joined_at)
       select 'mem_' || translate(md5('m' || n) || md5('n' || n), 'ilou', 'vwxy'), $1,
              'usr_' || md5('u' || n), $2, now()
       from generate_series(1, 150) as n`,
      [workspace.id, workspace.roles.Member],
    )
    const { data, codes } = await tenancy.ask(await workspace.owner.token(), MEMBERS, {
      first: 100,
    })
    expect(codes).toEqual([])
    expect(data.members.edges).toHaveLength(100)
  })

  test.each([[0], [101], [-5]])('a page of %d is refused', async (first) => {
    const { owner } = await tenancy.aWorkspace().build()
    expect((await tenancy.ask(await owner.token(), MEMBERS, { first })).codes).toEqual([
      'BAD_USER_INPUT',
    ])
  })

  test('T2: a cursor of another workspace is refused', async () => {
    const [own, foreign] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    const { data } = await tenancy.ask(await foreign.owner.token(), MEMBERS)
    const after = data.members.edges[0].cursor
    const { codes } = await tenancy.ask(await own.owner.token(), MEMBERS, { after })
    expect(codes).toEqual(['BAD_USER_INPUT'])
  })
})

describe('member', () => {
  test('finds one by id', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    const { data } = await tenancy.ask(await workspace.owner.token(), MEMBER, {
      id: member?.memberId,
    })
    expect(data.member).toEqual({
      id: member?.memberId,
      user: { id: member?.person.id },
      joinedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  test('T1: another workspace’s member is null, as is one that does not exist', async () => {
    const [own, foreign] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    const token = await own.owner.token()
    for (const id of [foreign.owner.memberId, newId('member'), newId('role'), 'mem_\0', '']) {
      const { data, codes } = await tenancy.ask(token, MEMBER, { id })
      expect([data, codes]).toEqual([{ member: null }, []])
    }
  })
})
