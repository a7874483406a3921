import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useCommunication } from './support/communication-test-app.ts'
import { anEvent } from './support/events.ts'
import type { FakePerson } from './support/fake-people.ts'

const comm = useCommunication()

const INBOX = `query ($first: Int, $after: String, $unreadOnly: Boolean) { inbox { unreadCount
  notifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
    edges { node { id type category title text url readAt workspace { id } } }
    pageInfo { hasNextPage endCursor } } } }`
const MARK = `mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) {
  inbox { unreadCount } userErrors { __typename ... on UserError { path } } } }`
const MARK_ALL = '{ inbox { unreadCount } userErrors { message } }'

async function inboxOf(token: string | null, variables: object = {}) {
  const { data, codes } = await comm.ask(token, INBOX, variables)
  expect(codes).toEqual([])
  const { unreadCount, notifications } = data.inbox
  // biome-ignore lint/suspicious/noExplicitAny: nodes of whatever was asked for
  const nodes = notifications.edges.map(({ node }: { node: any }) => node)
  return { unreadCount, nodes, pageInfo: notifications.pageInfo }
}

function aReader() {
  const person = comm.people.aPerson({ displayName: 'Asha Rao' })
  const workspaceId = comm.people.aWorkspace([person, 'tenancy:members.invite'])
  const token = comm.tokenOf(person.id, workspaceId)
  return { person, workspaceId, token }
}
const roleChanged = ({ person, workspaceId }: { person: FakePerson; workspaceId: string }) =>
  anEvent('member.role_changed', {
    ...{ workspaceId, userId: person.id, memberId: newId('member') },
    ...{ fromRoleId: newId('role'), toRoleId: newId('role') },
  })
const signedUp = ({ id: userId }: FakePerson) =>
  anEvent('user.created', { userId, method: 'password' })

describe('the inbox', () => {
  test('holds what happened in the workspace and to the account, newest first, in words', async () => {
    const reader = aReader()
    await comm.hear(signedUp(reader.person))
    await comm.hear(roleChanged(reader))
    const { nodes, unreadCount } = await inboxOf(reader.token)
    expect(unreadCount).toBe(2)
    expect(nodes).toMatchObject([
      { type: 'member.role_changed', category: 'MEMBERS', workspace: { id: reader.workspaceId } },
      { type: 'user.created', category: 'ACCOUNT', workspace: null, readAt: null },
    ])
    expect(nodes[1]).toMatchObject({ title: 'Welcome to LogicSpike', url: 'https://console.test/' })
    expect(nodes[0].title + nodes[0].text).toContain('Acme')
  })

  test('speaks the reader’s language and names people', async () => {
    const reader = aReader()
    reader.person.locale = 'de'
    const newcomer = comm.people.aPerson({ displayName: 'Ravi Nair' })
    await comm.hear(
      anEvent('member.joined', {
        ...{ workspaceId: reader.workspaceId, userId: newcomer.id },
        ...{ memberId: newId('member'), roleId: newId('role') },
      }),
    )
    await comm.dispatch()
    const [{ title, text }] = (await inboxOf(reader.token)).nodes
    expect(title + text).toContain('Ravi Nair')
    expect(title + text).not.toMatch(/joined/)
  })

  test('is shown without names while nobody can be asked for them', async () => {
    const reader = aReader()
    await comm.hear(roleChanged(reader))
    comm.people.isDown = true
    const { nodes } = await inboxOf(reader.token)
    comm.people.isDown = false
    expect(nodes[0].title).not.toBe('')
  })

  test('shows nothing of another workspace, nor of another person in the same one', async () => {
    const [reader, other] = [aReader(), aReader()]
    await comm.hear(roleChanged(reader))
    await comm.hear(roleChanged(other))
    const fellow = comm.people.aPerson()
    expect((await inboxOf(comm.tokenOf(fellow.id, reader.workspaceId))).nodes).toEqual([])
    expect((await inboxOf(comm.tokenOf(reader.person.id, other.workspaceId))).nodes).toEqual([])
    expect((await inboxOf(comm.tokenOf(reader.person.id))).nodes).toEqual([])
    expect((await inboxOf(reader.token)).nodes).toHaveLength(1)
  })

  test('is paged without a gap, and unread ones can be asked for alone', async () => {
    const reader = aReader()
    for (let at = 0; at < 5; at += 1) await comm.hear(roleChanged(reader))
    const seen: string[] = []
    let after: string | null = null
    for (let more = true; more; ) {
      const page = await inboxOf(reader.token, { first: 2, after })
      seen.push(...page.nodes.map(({ id }: { id: string }) => id))
      more = page.pageInfo.hasNextPage
      after = page.pageInfo.endCursor
    }
    expect(seen).toEqual([...new Set(seen)].sort().reverse())
    expect(seen).toHaveLength(5)
    await comm.ask(reader.token, MARK, { input: { ids: seen.slice(0, 2) } })
    const unread = await inboxOf(reader.token, { unreadOnly: true })
    expect(unread.nodes.map(({ id }: { id: string }) => id)).toEqual(seen.slice(2))
    expect(unread.unreadCount).toBe(3)
  })

  test('is nobody’s without a token, nor a service’s', async () => {
    expect((await comm.ask(null, INBOX)).codes).toEqual(['UNAUTHENTICATED'])
  })
})

describe('marking as read', () => {
  test('keeps the first time, and touches nobody else’s', async () => {
    const [reader, other] = [aReader(), aReader()]
    await comm.hear(roleChanged(reader))
    await comm.hear(roleChanged(other))
    const [[own], [foreign]] = [
      (await inboxOf(reader.token)).nodes,
      (await inboxOf(other.token)).nodes,
    ]
    const ids = [own.id, foreign.id, newId('notification'), 'garbage']
    const { data } = await comm.ask(reader.token, MARK, { input: { ids } })
    expect(data.markNotificationsRead).toEqual({ inbox: { unreadCount: 0 }, userErrors: [] })
    const [{ readAt }] = (await inboxOf(reader.token)).nodes
    comm.clock.advance(60)
    const token = comm.tokenOf(reader.person.id, reader.workspaceId)
    await comm.ask(token, MARK, { input: { ids: [own.id] } })
    expect((await inboxOf(token)).nodes).toMatchObject([{ readAt }])
    expect((await inboxOf(comm.tokenOf(other.person.id, other.workspaceId))).unreadCount).toBe(1)
  })

  test('everything marks what is shown here, and no more', async () => {
    const reader = aReader()
    const elsewhere = comm.people.aWorkspace([reader.person])
    await comm.hear(signedUp(reader.person))
    await comm.hear(roleChanged(reader))
    await comm.hear(roleChanged({ person: reader.person, workspaceId: elsewhere }))
    const token = comm.tokenOf(reader.person.id, reader.workspaceId)
    const { data } = await comm.ask(token, `mutation { markAllNotificationsRead ${MARK_ALL} }`)
    expect(data.markAllNotificationsRead).toEqual({ inbox: { unreadCount: 0 }, userErrors: [] })
    const there = comm.tokenOf(reader.person.id, elsewhere)
    expect((await inboxOf(there)).unreadCount).toBe(1)
  })

  test('more than a hundred at a time is refused', async () => {
    const ids = Array.from({ length: 101 }, () => newId('notification'))
    const token = comm.tokenOf(comm.people.aPerson().id)
    const { data } = await comm.ask(token, MARK, { input: { ids } })
    expect(data.markNotificationsRead).toEqual({
      inbox: null,
      userErrors: [{ __typename: 'InvalidInputError', path: ['ids'] }],
    })
  })
})
