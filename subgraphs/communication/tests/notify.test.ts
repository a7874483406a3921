import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { notify, placeOfEvent } from '../src/modules/notifications/notify.ts'
import { useCommunication } from './support/communication-test-app.ts'
import { anEvent } from './support/events.ts'

const comm = useCommunication()

type Told = { user_id: string | null; tenant_id: string | null; type: string; in_inbox: boolean }
const toldOf = (event: { id: string }) =>
  comm.rows<Told>('notifications', 'event_id = $1', event.id)
const INVITE = 'tenancy:members.invite'

function aTeam() {
  const [owner, admin, member] = [0, 1, 2].map(() => comm.people.aPerson())
  if (!owner || !admin || !member) throw new Error('unreachable')
  const workspaceId = comm.people.aWorkspace([owner, INVITE], [admin, INVITE], [member])
  return { workspaceId, owner, admin, member }
}
const joining = (workspaceId: string, userId: string) =>
  anEvent('member.joined', {
    ...{ workspaceId, userId, memberId: newId('member'), roleId: newId('role') },
  })

describe('an event about a person', () => {
  test('is told to them, in their own inbox and by mail', async () => {
    const { id: userId } = comm.people.aPerson()
    const event = anEvent('user.created', { userId, method: 'password' })
    await comm.hear(event)
    expect(await toldOf(event)).toMatchObject([
      { user_id: userId, tenant_id: null, type: 'user.created', in_inbox: true },
    ])
    await comm.dispatch()
    expect(comm.mail.to(userId)).toMatchObject([
      { type: 'user.created', category: 'ACCOUNT', workspace: null, items: [] },
    ])
    expect(await comm.rows('notification_deliveries', 'user_id = $1', userId)).toMatchObject([
      { channel: 'IN_APP', status: 'sent' },
      { channel: 'EMAIL', status: 'sent', attempts: 1 },
    ])
  })

  test('reaches live inboxes as an event of its own', async () => {
    const { id: userId } = comm.people.aPerson()
    const event = anEvent('user.created', { userId, method: 'google' })
    await comm.hear(event)
    const [{ id } = { id: '' }] = await comm.rows<{ id: string }>(
      'notifications',
      'user_id = $1',
      userId,
    )
    expect(await comm.rows('outbox', 'subject = $1', id)).toMatchObject([
      {
        ...{ type: 'notification.created', class: 'internal', tenant_id: null },
        ...{ causation_id: event.id, data: { notificationId: id, userId } },
      },
    ])
  })

  test('that identity mails itself is only shown', async () => {
    const { id: userId } = comm.people.aPerson()
    await comm.hear(anEvent('user.password_changed', { userId, by: 'change' }))
    await comm.dispatch()
    expect(comm.mail.to(userId)).toEqual([])
  })
})

describe('an event in a workspace', () => {
  test('is told to whoever holds a permission, but for the one it is about and the one who did it', async () => {
    const { workspaceId, owner, admin, member } = aTeam()
    const newcomer = comm.people.aPerson({ displayName: 'Ravi Nair' })
    const event = {
      ...joining(workspaceId, newcomer.id),
      actor: { kind: 'user', id: owner.id },
    }
    await comm.hear(event)
    await comm.dispatch()
    expect((await toldOf(event)).map((it) => it.user_id)).toEqual([admin.id])
    expect(comm.mail.to(admin.id)).toMatchObject([
      { facts: { memberName: 'Ravi Nair' }, workspace: { id: workspaceId, name: 'Acme' } },
    ])
    for (const { id } of [owner, member, newcomer]) expect(comm.mail.to(id)).toEqual([])
  })

  test('waits for tenancy, and is told once it answers', async () => {
    const { workspaceId, owner } = aTeam()
    await comm.hear(joining(workspaceId, comm.people.aPerson().id))
    comm.people.isDown = true
    await comm.dispatch()
    expect(comm.mail.to(owner.id)).toEqual([])
    comm.people.isDown = false
    comm.clock.advance(15)
    await comm.dispatch()
    expect(comm.mail.to(owner.id)).toHaveLength(1)
  })

  test('that takes somebody’s workspace away is told in the inbox that is left to them', async () => {
    const { workspaceId, owner, member } = aTeam()
    const event = anEvent('member.removed', {
      ...{ workspaceId, userId: member.id, memberId: newId('member'), by: 'removal' },
    })
    await comm.hear(event)
    expect(await toldOf(event)).toMatchObject([
      { user_id: member.id, tenant_id: null, type: 'member.you_were_removed' },
    ])
    await comm.dispatch()
    expect(comm.mail.to(member.id)).toMatchObject([
      { workspace: { id: workspaceId, name: 'Acme' } },
    ])
    expect(comm.mail.to(owner.id)).toEqual([])
  })

  test('is said once in a channel of the workspace’s own', async () => {
    const { workspaceId } = aTeam()
    comm.slack.reaches = 'WORKSPACE'
    const event = joining(workspaceId, comm.people.aPerson().id)
    await comm.within({ workspaceId, userId: null }, async (tx) => {
      await tx.em.execute(
        `insert into workspace_defaults values (?, 'MEMBERS', 'SLACK', true, false, now())`,
        [workspaceId],
      )
    })
    await comm.hear(event)
    await comm.dispatch()
    comm.slack.reaches = 'NOBODY'
    expect(comm.slack.sent.filter((it) => it.workspace?.id === workspaceId)).toMatchObject([
      { recipient: { userId: null, email: null }, type: 'member.joined' },
    ])
  })
})

describe('whatever is heard', () => {
  test('twice, or by several processes at once, is told once', async () => {
    const { workspaceId, owner, admin } = aTeam()
    const person = comm.people.aPerson()
    const events = [
      joining(workspaceId, person.id),
      anEvent('user.created', { userId: person.id, method: 'password' }),
    ]
    const apps = [comm.app, comm.other, comm.app, comm.other]
    for (const event of events) {
      const heard = await Promise.allSettled(apps.map((app) => comm.hear(event, app)))
      expect(heard.some(({ status }) => status === 'fulfilled')).toBe(true)
      await comm.hear(event)
    }
    await Promise.all(apps.map((app) => comm.dispatch(app)))
    for (const { id } of [owner, admin, person]) expect(comm.mail.to(id)).toHaveLength(1)
  })

  test('too late is told to nobody', async () => {
    const { id: userId } = comm.people.aPerson()
    const occurredAt = new Date(comm.clock.now().getTime() - 8 * 86_400_000)
    const event = anEvent('user.created', { userId, method: 'password' }, { occurredAt })
    await comm.within(placeOfEvent(event), (tx) => notify(tx, [comm.mail], event))
    expect(await toldOf(event)).toEqual([])
  })

  test('that is for services or auditors, or has lost its payload, is told to nobody', async () => {
    const { id: userId } = comm.people.aPerson()
    const event = anEvent('user.created', { userId, method: 'password' })
    await comm.hear({ ...event, class: 'audit' })
    await comm.hear({ ...event, data: null })
    expect(await toldOf(event)).toEqual([])
  })
})
