import { describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { Migration } from '@mikro-orm/migrations'
import { OutboxEvent, publishEvent, recordAudit } from '../src/index.ts'

class CreateOutbox extends Migration {
  override up(): void {
    this.addSql(`create table outbox (id text primary key, tenant_id text, type text not null,
      version int not null, class text not null, subject text not null, actor jsonb, data jsonb not null,
      correlation_id text, occurred_at timestamptz not null,
      transaction_id xid8 not null default pg_current_xact_id())`)
    this.addSql('alter table outbox enable row level security')
    this.addSql('alter table outbox force row level security')
    const tenant = `tenant_id is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')`
    this.addSql(
      `create policy guard on outbox as restrictive using (${tenant}) with check (${tenant})`,
    )
    this.addSql('create policy append on outbox using (true) with check (true)')
    this.addSql('revoke select, update, delete on outbox from source_service')
  }
}

const database = useTestDatabase({
  services: [{ service: 'source', entities: [OutboxEvent], migrations: [CreateOutbox] }],
})

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
})
