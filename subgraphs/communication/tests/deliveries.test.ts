import { beforeEach, describe, expect, test } from '@jest/globals'
import type { IdOf } from '@logicspike/ids'
import type { SendOutcome } from '../src/modules/deliveries/channel.ts'
import { MAIL_CAPS } from '../src/modules/deliveries/mail-cap.ts'
import { MAX_ATTEMPTS } from '../src/modules/deliveries/settle-attempt.ts'
import { writeHabit, writeOwnWord } from '../src/modules/preferences/preference.repository.ts'
import { useCommunication } from './support/communication-test-app.ts'
import { anEvent } from './support/events.ts'
import type { FakePerson } from './support/fake-people.ts'

const comm = useCommunication()

type Delivery = {
  id: string
  status: string
  attempts: number
  reason: string | null
  due_at: Date | null
  bundle_id: string | null
  notification_id: string
}
const mailsOf = ({ id }: FakePerson) =>
  comm.rows<Delivery>('notification_deliveries', `user_id = $1 and channel = 'EMAIL'`, id)
const moveTo = (time: string) =>
  comm.clock.advance((Date.parse(time) - comm.clock.now().getTime()) / 1000)
const EXPIRED = 'plan_subscription.trial_expired'

/** Somebody in a workspace who is told of its plan. */
function aReader(wanted: Partial<FakePerson> = {}) {
  const person = comm.people.aPerson(wanted)
  const workspaceId = comm.people.aWorkspace([
    person,
    'billing:plan.read',
    'tenancy:workspace.read',
  ])
  return { person, workspaceId, place: { workspaceId, userId: person.id } }
}
type Reader = ReturnType<typeof aReader>

const trialEnded = (workspaceId: IdOf<'workspace'>) =>
  anEvent(EXPIRED, { workspaceId, planSubscriptionId: `sub_${'0'.repeat(26)}` })
const hearOf = async ({ workspaceId }: Reader, times = 1) => {
  for (let at = 0; at < times; at += 1) await comm.hear(trialEnded(workspaceId))
}
const policyChanged = ({ workspaceId }: Reader) =>
  anEvent('workspace.security_policy_changed', { workspaceId, requiresMfa: true })
const usageOf = ({ workspaceId }: Reader) =>
  comm.rows<{ subject: string; data: object }>(
    'outbox',
    `tenant_id = $1 and type = 'usage.recorded'`,
    workspaceId,
  )

beforeEach(() => {
  comm.mail.answer = () => ({ outcome: 'sent' })
})

describe('a delivery', () => {
  test('is sent once, however many workers run, and counted as usage with it', async () => {
    const reader = aReader()
    await hearOf(reader, 6)
    await Promise.all([comm.app, comm.other, comm.app, comm.other].map((app) => comm.dispatch(app)))
    const sent = comm.mail.to(reader.person.id).map(({ deliveryId }) => deliveryId)
    expect([sent.length, new Set(sent).size]).toEqual([6, 6])
    const usage = await usageOf(reader)
    expect(usage.map(({ subject }) => subject).sort()).toEqual(sent.toSorted())
    const { workspaceId } = reader
    expect(usage[0]?.data).toEqual({ workspaceId, meter: 'communication.email_sends', quantity: 1 })
    expect(usage).toHaveLength(6)
  })

  test('is tried again under the same id, and fails after the last try', async () => {
    const reader = aReader()
    comm.mail.answer = () => ({ outcome: 'retryLater', reason: 'busy' })
    await hearOf(reader)
    for (let tries = 0; tries < MAX_ATTEMPTS + 2; tries += 1) {
      await comm.dispatch()
      comm.clock.advance(10 * 3600)
    }
    const [delivery] = await mailsOf(reader.person)
    expect(delivery).toMatchObject({ status: 'failed', attempts: MAX_ATTEMPTS, reason: 'busy' })
    const tried = comm.mail.to(reader.person.id)
    expect(tried).toHaveLength(MAX_ATTEMPTS)
    expect(new Set(tried.map(({ deliveryId }) => deliveryId))).toEqual(new Set([delivery?.id]))
    expect(await usageOf(reader)).toEqual([])
  })

  test('that a sender throws over is tried again; that is a fault of ours', async () => {
    const reader = aReader()
    comm.mail.answer = () => {
      throw new Error('no words')
    }
    await hearOf(reader)
    await comm.dispatch()
    expect(await mailsOf(reader.person)).toMatchObject([{ status: 'queued', attempts: 1 }])
    comm.mail.answer = () => ({ outcome: 'sent' })
    comm.clock.advance(60)
    await comm.dispatch()
    expect(await mailsOf(reader.person)).toMatchObject([{ status: 'sent', attempts: 2 }])
  })

  test('that is refused is not tried again', async () => {
    const reader = aReader()
    comm.mail.answer = () => ({ outcome: 'refused', reason: 'no such mailbox', permanent: true })
    await hearOf(reader)
    await comm.dispatch()
    comm.clock.advance(86_400)
    await comm.dispatch()
    expect(await mailsOf(reader.person)).toMatchObject([
      { status: 'failed', attempts: 1, reason: 'no such mailbox' },
    ])
  })

  test('whose worker died is taken over when the lease has passed, and not before', async () => {
    const reader = aReader()
    const dying = Promise.withResolvers<SendOutcome>()
    const begun = Promise.withResolvers<void>()
    comm.mail.answer = () => {
      begun.resolve()
      return dying.promise
    }
    await hearOf(reader)
    const dead = comm.dispatch()
    await begun.promise
    comm.mail.answer = () => ({ outcome: 'sent' })
    comm.clock.advance(9 * 60)
    await comm.dispatch(comm.other)
    expect(comm.mail.to(reader.person.id)).toHaveLength(1)
    comm.clock.advance(2 * 60)
    await comm.dispatch(comm.other)
    expect(await mailsOf(reader.person)).toMatchObject([{ status: 'sent', attempts: 2 }])
    // The dead one comes back, and may no longer decide anything.
    dying.resolve({ outcome: 'retryLater', reason: 'late' })
    await dead
    expect(await mailsOf(reader.person)).toMatchObject([{ status: 'sent', attempts: 2 }])
    expect(await usageOf(reader)).toHaveLength(1)
  })

  test('waits for identity and tenancy, which does not count as a try', async () => {
    const reader = aReader()
    await hearOf(reader)
    await comm.dispatch()
    comm.people.isDown = true
    await comm.hear(anEvent('member.role_changed', roleChange(reader)))
    await comm.dispatch()
    comm.people.isDown = false
    comm.clock.advance(15)
    await comm.dispatch()
    expect((await mailsOf(reader.person)).map(({ attempts }) => attempts)).toEqual([1, 1])
  })

  test('to an unverified address waits until it is verified, and in the end goes nowhere', async () => {
    const [early, late] = [aReader({ emailVerified: false }), aReader({ emailVerified: false })]
    for (const reader of [early, late]) await hearOf(reader)
    await comm.dispatch()
    early.person.emailVerified = true
    comm.clock.advance(3600)
    await comm.dispatch()
    comm.clock.advance(8 * 86_400)
    await comm.dispatch()
    expect(await mailsOf(early.person)).toMatchObject([{ status: 'sent' }])
    expect(await mailsOf(late.person)).toMatchObject([
      { status: 'suppressed', attempts: 0, reason: 'address-unverified' },
    ])
  })

  test('to an account that was closed goes nowhere', async () => {
    const reader = aReader({ canSignIn: false })
    await hearOf(reader)
    await comm.dispatch()
    expect(await mailsOf(reader.person)).toMatchObject([
      { status: 'suppressed', reason: 'account-closed' },
    ])
  })
})

const roleChange = ({ workspaceId, person }: Reader) => ({
  ...{ workspaceId, userId: person.id, memberId: `mem_${'0'.repeat(26)}` },
  ...{ fromRoleId: `rol_${'0'.repeat(26)}`, toRoleId: `rol_${'1'.repeat(26)}` },
})

describe('the gate', () => {
  const billingMails = { category: 'BILLING', channel: 'EMAIL' } as const

  test('is asked again when a message goes out: what was switched off meanwhile does not', async () => {
    const reader = aReader()
    comm.mail.answer = () => ({ outcome: 'retryLater', reason: 'busy' })
    await hearOf(reader)
    await comm.dispatch()
    await comm.within(reader.place, (tx) => writeOwnWord(tx, reader.person.id, billingMails, false))
    comm.clock.advance(60)
    await comm.dispatch()
    expect(comm.mail.to(reader.person.id)).toHaveLength(1)
    expect(await mailsOf(reader.person)).toMatchObject([
      { status: 'suppressed', reason: 'switched-off' },
    ])
  })

  test('keeps messages back in quiet hours, by the reader’s own clock', async () => {
    const reader = aReader({ timezone: 'Asia/Kolkata' })
    const quietHours = { from: '20:00', until: '07:30' }
    await comm.within(reader.place, (tx) =>
      writeHabit(tx, reader.person.id, { digest: 'OFF', quietHours }),
    )
    // 23:30 in Kolkata.
    moveTo('2027-06-01T18:00:00Z')
    await hearOf(reader)
    await comm.dispatch()
    expect(comm.mail.to(reader.person.id)).toEqual([])
    expect(await mailsOf(reader.person)).toMatchObject([
      { status: 'queued', attempts: 0, due_at: new Date('2027-06-02T02:00:00Z') },
    ])
    moveTo('2027-06-02T02:00:00Z')
    await comm.dispatch()
    expect(comm.mail.to(reader.person.id)).toHaveLength(1)
  })

  test('lets security pass at once, whatever was chosen', async () => {
    const reader = aReader()
    await comm.within(reader.place, async (tx) => {
      const { id } = reader.person
      for (const channel of ['EMAIL', 'IN_APP'] as const) {
        await writeOwnWord(tx, id, { category: 'SECURITY', channel }, false)
      }
      const quietHours = { from: '00:00', until: '23:59' }
      await writeHabit(tx, id, { digest: 'DAILY', quietHours })
      await tx.em.execute(
        `insert into workspace_defaults
         values (?, 'SECURITY', 'EMAIL', false, true, now()), (?, 'SECURITY', 'IN_APP', false, true, now())`,
        [reader.workspaceId, reader.workspaceId],
      )
    })
    await comm.hear(policyChanged(reader))
    await comm.dispatch()
    expect(comm.mail.to(reader.person.id)).toMatchObject([{ isSecurity: true, items: [] }])
    const shown = await comm.rows('notifications', 'user_id = $1 and in_inbox', reader.person.id)
    expect(shown).toHaveLength(1)
  })
})

describe('a digest', () => {
  const hourly = (reader: Reader) =>
    comm.within(reader.place, (tx) =>
      writeHabit(tx, reader.person.id, { digest: 'HOURLY', quietHours: null }),
    )

  test('says everything of an hour in one mail, oldest first, counted once', async () => {
    moveTo('2027-07-01T10:10:00Z')
    const reader = aReader()
    await hourly(reader)
    const events = [trialEnded(reader.workspaceId), trialEnded(reader.workspaceId)]
    for (const event of events) await comm.hear(event)
    await comm.hear(anEvent('member.role_changed', roleChange(reader)))
    await Promise.all([comm.dispatch(), comm.dispatch(comm.other)])
    expect(comm.mail.to(reader.person.id)).toEqual([])
    moveTo('2027-07-01T11:00:00Z')
    await Promise.all([comm.dispatch(), comm.dispatch(comm.other)])
    const [mail, ...more] = comm.mail.to(reader.person.id)
    expect(more).toEqual([])
    expect(mail?.items.map(({ type }) => type).sort()).toEqual([
      'member.role_changed',
      EXPIRED,
      EXPIRED,
    ])
    expect(await mailsOf(reader.person)).toMatchObject([
      { status: 'sent', bundle_id: mail?.deliveryId },
      { status: 'sent', bundle_id: mail?.deliveryId },
      { status: 'sent', bundle_id: mail?.deliveryId },
    ])
    expect(await usageOf(reader)).toHaveLength(1)
  })

  test('of a day is made at eight by the reader’s clock, after their quiet hours', async () => {
    // Half past nine in the morning in Kolkata.
    moveTo('2027-07-10T04:00:00Z')
    const readers: Reader[] = []
    for (const until of ['07:30', '09:15']) {
      const reader = aReader({ timezone: 'Asia/Kolkata' })
      const habit = { digest: 'DAILY', quietHours: { from: '20:00', until } } as const
      await comm.within(reader.place, (tx) => writeHabit(tx, reader.person.id, habit))
      await hearOf(reader, 2)
      readers.push(reader)
    }
    const counts = async (time: string) => {
      moveTo(time)
      await Promise.all([comm.dispatch(), comm.dispatch(comm.other)])
      return readers.map(({ person }) => comm.mail.to(person.id).map(({ items }) => items.length))
    }
    expect(await counts('2027-07-11T02:29:00Z')).toEqual([[], []])
    expect(await counts('2027-07-11T02:30:00Z')).toEqual([[2], []])
    expect(await counts('2027-07-11T03:45:00Z')).toEqual([[2], [2]])
  })

  test('is not made for who wants none: each mail comes by itself, at once', async () => {
    moveTo('2027-07-12T10:10:00Z')
    const reader = aReader()
    await hourly(reader)
    await comm.within(reader.place, (tx) =>
      writeHabit(tx, reader.person.id, { digest: 'OFF', quietHours: null }),
    )
    await hearOf(reader, 2)
    await comm.dispatch()
    expect(comm.mail.to(reader.person.id)).toMatchObject([{ items: [] }, { items: [] }])
  })

  test('that is tried again says the same, and nothing that came meanwhile', async () => {
    moveTo('2027-07-02T10:10:00Z')
    const reader = aReader()
    await hourly(reader)
    await hearOf(reader, 2)
    await comm.dispatch()
    comm.mail.answer = () => ({ outcome: 'retryLater', reason: 'busy', afterMs: 2 * 3_600_000 })
    moveTo('2027-07-02T11:00:00Z')
    await comm.dispatch()
    await hearOf(reader)
    await comm.dispatch()
    comm.mail.answer = () => ({ outcome: 'sent' })
    moveTo('2027-07-02T15:00:00Z')
    await comm.dispatch()
    const [first, ...rest] = comm.mail.to(reader.person.id)
    const again = rest.find(({ deliveryId }) => deliveryId === first?.deliveryId)
    expect(again?.items.map(({ notificationId }) => notificationId)).toEqual(
      first?.items.map(({ notificationId }) => notificationId),
    )
    expect(rest).toHaveLength(2)
    expect((await mailsOf(reader.person)).map(({ status }) => status)).toEqual(
      Array(3).fill('sent'),
    )
  })

  test.each(['carried the others', 'was carried'])(
    'that is tried again goes on without one that %s and was switched off meanwhile',
    async (part) => {
      moveTo(part === 'was carried' ? '2027-07-04T10:10:00Z' : '2027-07-05T10:10:00Z')
      const reader = aReader()
      await hourly(reader)
      await hearOf(reader)
      await comm.hear(anEvent('member.role_changed', roleChange(reader)))
      await comm.dispatch()
      comm.mail.answer = () => ({ outcome: 'retryLater', reason: 'busy' })
      comm.clock.advance(50 * 60)
      await comm.dispatch()
      comm.mail.answer = () => ({ outcome: 'sent' })
      const chosen = (await mailsOf(reader.person)).find(
        ({ id, bundle_id }) => (id === bundle_id) === (part === 'carried the others'),
      )
      const [{ type } = { type: '' }] = await comm.rows<{ type: string }>(
        ...(['notifications', 'id = $1', chosen?.notification_id] as const),
      )
      const category = type === EXPIRED ? 'BILLING' : 'MEMBERS'
      await comm.within(reader.place, (tx) =>
        writeOwnWord(tx, reader.person.id, { category, channel: 'EMAIL' }, false),
      )
      comm.clock.advance(3600)
      await comm.dispatch()
      const statuses = (await mailsOf(reader.person)).map((it) => it.status)
      expect(statuses.sort()).toEqual(['sent', 'suppressed'])
      const last = comm.mail.to(reader.person.id).at(-1)
      expect(last).toMatchObject({
        items: [],
        type: type === EXPIRED ? 'member.role_changed' : EXPIRED,
      })
    },
  )

  test('leaves out what was switched off since', async () => {
    moveTo('2027-07-03T10:10:00Z')
    const reader = aReader()
    await hourly(reader)
    await hearOf(reader, 2)
    await comm.hear(anEvent('member.role_changed', roleChange(reader)))
    await comm.dispatch()
    await comm.within(reader.place, (tx) =>
      writeOwnWord(tx, reader.person.id, { category: 'BILLING', channel: 'EMAIL' }, false),
    )
    moveTo('2027-07-03T11:00:00Z')
    await comm.dispatch()
    expect(comm.mail.to(reader.person.id)).toMatchObject([{ type: 'member.role_changed' }])
  })
})

describe('a flood of mails', () => {
  test('is gathered into one once there were enough in an hour; security is not held back', async () => {
    moveTo('2027-08-01T10:00:00Z')
    const reader = aReader()
    await hearOf(reader, MAIL_CAPS.perHour + 5)
    await Promise.all([comm.dispatch(), comm.dispatch(comm.other)])
    expect(comm.mail.to(reader.person.id)).toHaveLength(MAIL_CAPS.perHour)
    await comm.hear(policyChanged(reader))
    await comm.dispatch()
    expect(comm.mail.to(reader.person.id)).toHaveLength(MAIL_CAPS.perHour + 1)
    moveTo('2027-08-01T11:00:00Z')
    await comm.dispatch()
    const last = comm.mail.to(reader.person.id).at(-1)
    expect(comm.mail.to(reader.person.id)).toHaveLength(MAIL_CAPS.perHour + 2)
    expect(last?.items).toHaveLength(5)
  })

  test('is no more than so many a day, whatever the hour; the rest comes together', async () => {
    moveTo('2027-09-01T00:00:00Z')
    const reader = aReader()
    const hours = MAIL_CAPS.perDay / MAIL_CAPS.perHour
    const sent = () => comm.mail.to(reader.person.id)
    for (let hour = 0; hour < hours; hour += 1) {
      await hearOf(reader, MAIL_CAPS.perHour)
      await Promise.all([comm.dispatch(), comm.dispatch(comm.other)])
      comm.clock.advance(3600)
    }
    expect(sent()).toHaveLength(MAIL_CAPS.perDay)
    await hearOf(reader, 3)
    for (let hour = hours; hour < 24; hour += 1) {
      await Promise.all([comm.dispatch(), comm.dispatch(comm.other)])
      expect(sent()).toHaveLength(MAIL_CAPS.perDay)
      comm.clock.advance(3600)
    }
    await comm.dispatch()
    expect(sent()).toHaveLength(MAIL_CAPS.perDay + 1)
    expect(sent().at(-1)?.items).toHaveLength(3)
  })

  test('is counted though it is about security, and security goes out all the same', async () => {
    moveTo('2027-09-10T00:00:00Z')
    const reader = aReader()
    for (let at = 0; at < MAIL_CAPS.perHour; at += 1) await comm.hear(policyChanged(reader))
    await hearOf(reader)
    await Promise.all([comm.dispatch(), comm.dispatch(comm.other)])
    await comm.hear(policyChanged(reader))
    await comm.dispatch()
    const told = comm.mail.to(reader.person.id).filter(({ isSecurity }) => isSecurity)
    expect(told).toHaveLength(MAIL_CAPS.perHour + 1)
  })

  test('counts over all workspaces of a person, and loses nothing', async () => {
    moveTo('2027-08-02T00:00:00Z')
    const person = comm.people.aPerson()
    const spaces = [0, 1].map(() => comm.people.aWorkspace([person, 'billing:plan.read']))
    for (let hour = 0; hour < 3; hour += 1) {
      for (const workspaceId of spaces) {
        for (let at = 0; at < 15; at += 1) await comm.hear(trialEnded(workspaceId))
      }
      await comm.dispatch()
      comm.clock.advance(3600)
    }
    expect(comm.mail.to(person.id).length).toBeLessThanOrEqual(3 * MAIL_CAPS.perHour)
    comm.clock.advance(3600)
    await comm.dispatch()
    const told = comm.mail
      .to(person.id)
      .flatMap(({ items, ...one }) => (items.length ? items : [one]))
    expect(told).toHaveLength(90)
  })
})
