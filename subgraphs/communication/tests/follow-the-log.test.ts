import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useCommunication } from './support/communication-test-app.ts'

const comm = useCommunication()

const STREAM = `subscription { notificationReceived { unreadCount
  notification { id type title workspace { id } } } }`
const mailsTo = (address: string) => comm.mailbox.sent.filter(({ to }) => to === address)
const roleChange = (workspaceId: string, userId: string) => ({
  ...{ workspaceId, userId, memberId: newId('member') },
  ...{ fromRoleId: newId('role'), toRoleId: newId('role') },
})
const removal = (workspaceId: string, userId: string) => ({
  ...{ workspaceId, userId, memberId: newId('member'), by: 'leaving' as const },
})

describe('communication follows the log', () => {
  test('somebody who signed up is welcomed once, whichever process hears of it', async () => {
    const person = comm.people.aPerson()
    await comm.publish('user.created', { userId: person.id, method: 'password' })
    await comm.settle()
    await comm.settle()
    expect(mailsTo(person.email)).toMatchObject([{ subject: 'Welcome to LogicSpike' }])
  })

  test('an address that is verified at last gets what waited for it', async () => {
    const person = comm.people.aPerson({ emailVerified: false })
    await comm.publish('user.created', { userId: person.id, method: 'password' })
    await comm.settle()
    expect(mailsTo(person.email)).toEqual([])
    person.emailVerified = true
    await comm.publish('user.email_verified', { userId: person.id })
    await comm.settle()
    expect(mailsTo(person.email)).toHaveLength(1)
  })

  test('who has left finds nothing of the workspace any more, and hears no more of it', async () => {
    const person = comm.people.aPerson()
    const workspaceId = comm.people.aWorkspace([person])
    await comm.publish('member.role_changed', roleChange(workspaceId, person.id))
    await comm.publish('member.removed', removal(workspaceId, person.id))
    await comm.settle()
    expect(await comm.rows('notifications', 'tenant_id = $1', workspaceId)).toEqual([])
    expect(await comm.rows('dispatch_queue', 'workspace_id = $1', workspaceId)).toEqual([])
  })

  test('of a workspace that was purged, and of an account that was deleted, nothing is kept', async () => {
    const person = comm.people.aPerson()
    const workspaceId = comm.people.aWorkspace([person])
    await comm.publish('user.created', { userId: person.id, method: 'password' })
    await comm.publish('member.role_changed', roleChange(workspaceId, person.id))
    await comm.settle()
    const rowsOf = (id: string) =>
      comm.database.asAdmin(
        `select 1 from communication.notifications where $1 in (tenant_id, user_id)
         union all select 1 from communication.notification_deliveries where $1 in (tenant_id, user_id)
         union all select 1 from communication.mail_tallies where $1 = user_id`,
        [id],
      )
    expect((await rowsOf(person.id)).length).toBeGreaterThan(0)
    await comm.publish('workspace.purged', { workspaceId })
    await comm.publish('user.deleted', { userId: person.id })
    await comm.settle()
    expect([await rowsOf(workspaceId), await rowsOf(person.id)]).toEqual([[], []])
  })
})

describe('the link in a mail', () => {
  test('switches mails of its kind off', async () => {
    const person = comm.people.aPerson()
    const workspaceId = comm.people.aWorkspace([person])
    await comm.publish('member.role_changed', roleChange(workspaceId, person.id))
    await comm.settle()
    const [mail] = mailsTo(person.email)
    const link = mail?.headers?.['List-Unsubscribe']?.slice(1, -1) ?? ''
    const { pathname, search } = new URL(link)
    const answer = await comm.app.server.http.inject({
      method: 'POST',
      url: pathname + search,
      headers: { 'x-gateway-key': comm.gatewayKey },
    })
    expect(answer.statusCode).toBe(200)
    await comm.publish('member.role_changed', roleChange(workspaceId, person.id))
    await comm.settle()
    expect(mailsTo(person.email)).toHaveLength(1)
  })
})

describe('notificationReceived', () => {
  test('begins with how things stand, then tells of what comes, in order', async () => {
    const person = comm.people.aPerson()
    const workspaceId = comm.people.aWorkspace([person])
    const listening = await comm.subscribe(comm.tokenOf(person.id, workspaceId), STREAM)
    const first = await listening.next()
    expect(first).toEqual({
      data: { notificationReceived: { unreadCount: 0, notification: null } },
    })
    await comm.publish('member.role_changed', roleChange(workspaceId, person.id))
    await comm.publish('user.created', { userId: person.id, method: 'password' })
    await comm.settle()
    const messages = [await listening.next(), await listening.next()]
    expect(messages.map(({ data }) => data.notificationReceived)).toMatchObject([
      { notification: { type: 'member.role_changed', workspace: { id: workspaceId } } },
      { notification: { type: 'user.created', workspace: null }, unreadCount: 2 },
    ])
    listening.end()
  })

  test('tells nobody of what is another’s, or happened in another workspace', async () => {
    const [person, other] = [comm.people.aPerson(), comm.people.aPerson()]
    const here = comm.people.aWorkspace([person], [other])
    const elsewhere = comm.people.aWorkspace([person])
    const listening = await comm.subscribe(comm.tokenOf(person.id, here), STREAM)
    await listening.next()
    await comm.publish('member.role_changed', roleChange(here, other.id))
    await comm.publish('member.role_changed', roleChange(elsewhere, person.id))
    await comm.publish('user.created', { userId: other.id, method: 'password' })
    await comm.publish('member.role_changed', roleChange(here, person.id))
    await comm.settle()
    const { data } = await listening.next()
    expect(data.notificationReceived).toMatchObject({
      unreadCount: 1,
      notification: { workspace: { id: here } },
    })
    listening.end()
  })
})
