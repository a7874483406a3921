import { describe, expect, test } from '@jest/globals'
import { assertMigrationsMatchEntities, useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { publishEvent, publishEvents, recordAudit } from '../src/index.ts'
import { outboxDatabase } from '../src/testing/index.ts'

const database = useTestDatabase({ services: [outboxDatabase('source')] })

function aContext(tenantId: string | null) {
  return {
    em: database.forkFor('source', { tenantId }),
    ids: newId,
    clock: { now: () => new Date('2026-01-01T00:00:00Z') },
    actor: null,
    requestId: 'req-12345678',
    clientIp: '203.0.113.7',
    userAgent: 'curl/8',
  }
}

type Row = { type: string; tenant_id: string | null; data: object; class: string; version: number }
const published = (subject: string) =>
  database.asAdmin<Row>('select * from source.outbox where subject = $1', [subject])

test('the outbox of these tests is what the entity says', () =>
  assertMigrationsMatchEntities(outboxDatabase('source')))

describe('publishEvent', () => {
  test('writes the event in the transaction of its cause, without a right to read the outbox', async () => {
    const userId = newId('user')
    await publishEvent(aContext(null), {
      type: 'user.email_verified',
      workspaceId: null,
      subject: userId,
      data: { userId },
    })
    expect(await published(userId)).toEqual([
      expect.objectContaining({
        type: 'user.email_verified',
        class: 'domain',
        version: 1,
        tenant_id: null,
        data: { userId },
      }),
    ])
  })

  test('an event disappears with a transaction that is rolled back', async () => {
    const userId = newId('user')
    const ctx = aContext(null)
    const work = ctx.em.transactional(async (em) => {
      await publishEvent(
        { ...ctx, em },
        { type: 'user.deleted', workspaceId: null, subject: userId, data: { userId } },
      )
      throw new Error('changed my mind')
    })
    await expect(work).rejects.toThrow('changed my mind')
    expect(await published(userId)).toEqual([])
  })

  test('data that does not fit the catalogue fails the caller', async () => {
    const data = { userId: 'usr_not-an-id' }
    const publishing = publishEvent(aContext(null), {
      type: 'user.deleted',
      workspaceId: null,
      subject: 'x',
      data,
    })
    await expect(publishing).rejects.toThrow()
  })

  test('a workspace cannot write an event of another one', async () => {
    const [own, foreign] = [newId('workspace'), newId('workspace')]
    const publishing = publishEvent(aContext(own), {
      type: 'workspace.suspended',
      workspaceId: foreign,
      subject: foreign,
      data: { workspaceId: foreign },
    })
    await expect(publishing).rejects.toThrow(/row-level security/)
  })

  test('many events are published at once, in order, each of the class its type has', async () => {
    const sessions = Array.from({ length: 2_500 }, () => `session:${newId('session')}`)
    await publishEvents(
      aContext(null),
      sessions.map((subject, index) => ({
        type: 'epoch.bumped' as const,
        workspaceId: null,
        subject,
        data: { subject, epoch: index + 1, bumpedAt: '2026-01-01T00:00:00.000Z' },
      })),
    )
    const rows = await database.asAdmin<{ subject: string; class: string }>(
      `select subject, class from source.outbox where type = 'epoch.bumped' order by id`,
    )
    expect(rows).toEqual(sessions.map((subject) => ({ subject, class: 'internal' })))
  })

  test('an audit record says who, what and whence', async () => {
    const target = { type: 'user', id: newId('user') }
    await recordAudit(aContext(null), { action: 'user.sign_in', workspaceId: null, target })
    expect(await published(target.id)).toEqual([
      expect.objectContaining({
        class: 'audit',
        data: expect.objectContaining({ ip: '203.0.113.7', outcome: 'success', target }),
      }),
    ])
  })
  test('what caused it and the trace it belongs to are kept', async () => {
    const userId = newId('user')
    const causationId = newId('event')
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await publishEvent(
      { ...aContext(null), causationId, traceparent },
      { type: 'user.deleted', workspaceId: null, subject: userId, data: { userId } },
    )
    expect(await published(userId)).toMatchObject([{ causation_id: causationId, traceparent }])
  })
})
