import { beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { Notification } from '../src/modules/notifications/notification.entity.ts'
import { notify } from '../src/modules/notifications/notify.ts'
import { KEPT_DAYS } from '../src/modules/retention/retention.ts'
import { sweepOldNotifications } from '../src/modules/retention/sweep-old-notifications.job.ts'
import { useCommunication } from './support/communication-test-app.ts'
import { anEvent } from './support/events.ts'

const comm = useCommunication()

const DAY = 86_400
/** The sweeper comes by once a week. */
const WEEK = 7
const sweep = () =>
  Promise.all(
    [comm.app, comm.other, comm.app].map(({ contexts }) =>
      sweepOldNotifications(contexts.forJob('sweep')),
    ),
  )

function aReader() {
  const person = comm.people.aPerson()
  const workspaceId = comm.people.aWorkspace([person])
  const here = { workspaceId, userId: person.id }
  const alone = { workspaceId: null, userId: person.id }
  return { person, workspaceId, here, alone }
}
type Reader = ReturnType<typeof aReader>

/** One notification in the workspace, and one in the person's own inbox. */
async function tell({ workspaceId, person }: Reader) {
  const change = { memberId: newId('member'), fromRoleId: newId('role'), toRoleId: newId('role') }
  const event = anEvent('member.role_changed', { workspaceId, userId: person.id, ...change })
  await comm.hear(event)
  await comm.hear(anEvent('user.created', { userId: person.id, method: 'password' }))
  await comm.dispatch()
  return event
}
const markRead = ({ here, alone }: Reader) =>
  Promise.all(
    [here, alone].map((place) =>
      comm.within(place, (tx) =>
        tx.em.nativeUpdate(Notification, { readAt: null }, { readAt: comm.clock.now() }),
      ),
    ),
  )
const notificationsOf = ({ person }: Reader) =>
  comm.rows('notifications', 'user_id = $1', person.id)
const deliveriesOf = ({ person }: Reader) =>
  comm.rows('notification_deliveries', 'user_id = $1', person.id)

beforeEach(() => {
  comm.mail.answer = () => ({ outcome: 'sent' })
})

describe('what is old', () => {
  test('goes some time after it was read, with what became of it, in every place', async () => {
    const reader = aReader()
    await tell(reader)
    comm.clock.advance(10 * DAY)
    await markRead(reader)
    comm.clock.advance(KEPT_DAYS.read * DAY)
    await sweep()
    expect(await notificationsOf(reader)).toHaveLength(2)
    comm.clock.advance(WEEK * DAY)
    await sweep()
    expect([await notificationsOf(reader), await deliveriesOf(reader)]).toEqual([[], []])
  })

  test('and unread stays longer, though it is not known any more how it was sent', async () => {
    const reader = aReader()
    await tell(reader)
    comm.clock.advance((KEPT_DAYS.delivery + 1) * DAY)
    await sweep()
    expect(await notificationsOf(reader)).toHaveLength(2)
    expect(await deliveriesOf(reader)).toEqual([])
    comm.clock.advance((KEPT_DAYS.unread - KEPT_DAYS.delivery - 1) * DAY)
    await sweep()
    expect(await notificationsOf(reader)).toHaveLength(2)
    comm.clock.advance((WEEK + 1) * DAY)
    await sweep()
    expect(await notificationsOf(reader)).toEqual([])
  })

  test('goes before what is new in the same place, which stays', async () => {
    const reader = aReader()
    await tell(reader)
    await markRead(reader)
    comm.clock.advance((KEPT_DAYS.read + 1) * DAY)
    await tell(reader)
    await sweep()
    // Who signed up is told of that once more here, by another event.
    expect(await notificationsOf(reader)).toMatchObject([{ read_at: null }, { read_at: null }])
    expect(await deliveriesOf(reader)).toHaveLength(4)
  })

  test('goes where nobody can see it without waiting for anybody to read it', async () => {
    const reader = aReader()
    await tell(reader)
    await comm.within(reader.alone, (tx) =>
      tx.em.nativeUpdate(Notification, { type: 'user.created' }, { inInbox: false }),
    )
    comm.clock.advance((KEPT_DAYS.unshown + 1) * DAY)
    await sweep()
    expect(await notificationsOf(reader)).toMatchObject([{ type: 'member.role_changed' }])
  })

  test('and is heard of again is no news', async () => {
    const reader = aReader()
    const event = await tell(reader)
    const happened = comm.clock.now()
    await markRead(reader)
    comm.clock.advance((KEPT_DAYS.read + 1) * DAY)
    await sweep()
    await comm.within(reader.here, (tx) =>
      notify(tx, [comm.mail], { ...event, occurredAt: happened }),
    )
    expect(await notificationsOf(reader)).toEqual([])
  })
})

describe('the sweeper', () => {
  test('removes much, piece by piece', async () => {
    const reader = aReader()
    await tell(reader)
    await comm.database.asAdmin(
      `insert into communication.notifications
         select 'ntf_' || n, tenant_id, user_id, workspace_id, 'evt_' || n, type, facts, people,
           in_inbox, read_at, occurred_at, created_at
         from communication.notifications, generate_series(1, 2500) n where tenant_id = $1`,
      [reader.workspaceId],
    )
    comm.clock.advance((KEPT_DAYS.unread + 1) * DAY)
    await sweep()
    expect(await notificationsOf(reader)).toEqual([])
  })

  test('goes on with what another left when it died', async () => {
    const reader = aReader()
    await tell(reader)
    await markRead(reader)
    comm.clock.advance((KEPT_DAYS.read + 1) * DAY)
    const until = new Date(comm.clock.now().getTime() + 600_000)
    const claimed = `update communication.swept_places set due_at = $2 where id = $1`
    await comm.database.asAdmin(claimed, [reader.workspaceId, until])
    await sweep()
    expect(await notificationsOf(reader)).toMatchObject([{ tenant_id: reader.workspaceId }])
    comm.clock.advance(600)
    await sweep()
    expect(await notificationsOf(reader)).toEqual([])
  })

  test('is a job of the app', async () => {
    const reader = aReader()
    await tell(reader)
    await markRead(reader)
    comm.clock.advance((KEPT_DAYS.read + 1) * DAY)
    await comm.app.dispatchDue()
    expect(await notificationsOf(reader)).toEqual([])
  })

  test('knows nobody whose account or workspace is gone', async () => {
    const reader = aReader()
    await tell(reader)
    const ids = [reader.workspaceId, reader.person.id]
    expect(await comm.rows('swept_places', 'id = any($1)', ids)).toHaveLength(2)
    await comm.publish('workspace.purged', { workspaceId: reader.workspaceId })
    await comm.publish('user.deleted', { userId: reader.person.id })
    await comm.settle()
    expect(await comm.rows('swept_places', 'id = any($1)', ids)).toEqual([])
  })
})
