import { describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createSecretBox } from '@logicspike/secrets'
import { createLogger } from '@logicspike/telemetry'
import { Migration } from '@mikro-orm/migrations'
import {
  composeLetter,
  createMailWorker,
  createMemoryMailbox,
  enqueueMail,
  type MailTransport,
  QueuedMail,
} from '../src/index.ts'

class CreateMailQueue extends Migration {
  override up(): void {
    this.addSql(`create table mail_queue (id text primary key, sealed_message text, attempts int not null,
      next_attempt_at timestamptz, sent_at timestamptz, created_at timestamptz not null)`)
  }
}

const database = useTestDatabase({
  services: [{ service: 'post', entities: [QueuedMail], migrations: [CreateMailQueue] }],
})
const secretBox = createSecretBox({ current: { id: 'test', key: 'k'.repeat(32) } })
const log = createLogger({ name: 'test', level: 'silent' })

function aPostOffice(transport: MailTransport) {
  let now = new Date('2026-01-01T00:00:00Z')
  const clock = { now: () => now }
  const em = () => database.forkFor('post', {})
  const worker = () => createMailWorker({ em, transport, secretBox, clock, log })
  return {
    worker,
    passSeconds: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
    async post(to: string, { commit = true } = {}) {
      await em()
        .transactional(async (tx) => {
          const letter = composeLetter({ to, subject: 'Hello', paragraphs: ['A link'] })
          enqueueMail({ em: tx, ids: newId, clock, secretBox }, letter)
          await tx.flush()
          if (!commit) throw new Error('rolled back')
        })
        .catch((error: Error) => {
          if (commit) throw error
        })
    },
  }
}

const rows = () =>
  database.asAdmin<{ sealed_message: string | null }>('select * from post.mail_queue')
const wipeQueue = () => database.asAdmin('delete from post.mail_queue')

describe('the mail queue', () => {
  test('a mail goes out once its cause has committed, and is wiped after', async () => {
    await wipeQueue()
    const mailbox = createMemoryMailbox()
    const office = aPostOffice(mailbox)
    await office.post('ann@example.com')
    expect(JSON.stringify(await rows())).not.toContain('ann@example.com')
    expect(await office.worker().deliverDue()).toBe(1)
    expect(mailbox.sent.map(({ to }) => to)).toEqual(['ann@example.com'])
    expect((await rows()).map((row) => row.sealed_message)).toEqual([null])
  })

  test('a mail of a transaction that was rolled back never goes out', async () => {
    await wipeQueue()
    const mailbox = createMemoryMailbox()
    const office = aPostOffice(mailbox)
    await office.post('ann@example.com', { commit: false })
    expect(await office.worker().deliverDue()).toBe(0)
  })

  test('eight workers at once send each of a hundred mails once', async () => {
    await wipeQueue()
    const mailbox = createMemoryMailbox()
    const office = aPostOffice(mailbox)
    const people = Array.from({ length: 100 }, (_, n) => `person-${n}@example.com`)
    await Promise.all(people.map((to) => office.post(to)))
    await Promise.all(Array.from({ length: 8 }, () => office.worker().deliverDue()))
    expect(mailbox.sent.map(({ to }) => to).toSorted()).toEqual(people.toSorted())
  })

  test('a mail that could not be sent is tried again after a growing pause, eight times', async () => {
    await wipeQueue()
    let tries = 0
    const office = aPostOffice({
      send: async () => {
        tries += 1
        throw new Error('connection refused')
      },
    })
    await office.post('ann@example.com')
    await office.worker().deliverDue()
    await office.worker().deliverDue()
    expect(tries).toBe(1)
    office.passSeconds(60)
    await office.worker().deliverDue()
    expect(tries).toBe(2)
    for (let pause = 2; pause < 20; pause += 1) {
      office.passSeconds(3 * 3600)
      await office.worker().deliverDue()
    }
    expect(tries).toBe(8)
  })
})
