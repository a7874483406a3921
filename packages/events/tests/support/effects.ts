import { Migration, type ServiceDatabase, tenantPolicies } from '@logicspike/database'
import type { TestDatabase } from '@logicspike/database/testing'
import { createLogger } from '@logicspike/telemetry'
import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql'
import type { EventConsumerOptions } from '../../src/index.ts'
import { consumerEntities, createEventConsumer, type LoggedEvent } from '../../src/index.ts'
import { CreateConsumerTables } from '../../src/testing/consumer-tables.ts'

const Effect = defineEntity({
  name: 'Effect',
  tableName: 'effects',
  ...tenantPolicies(),
  properties: {
    ordinal: p.bigint().autoincrement().primary(),
    tenantId: p.text(),
    eventId: p.text(),
  },
})

class CreateEffects extends Migration {
  override up(): void {
    const rule = `tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)`
    this.addSql(
      'create table effects (ordinal bigserial primary key, tenant_id text not null, event_id text not null)',
    )
    this.addSql('alter table effects enable row level security, force row level security')
    this.addSql(
      `create policy tenant_guard on effects as restrictive using (${rule}) with check (${rule})`,
    )
    this.addSql(`create policy tenant_access on effects using (${rule}) with check (${rule})`)
  }
  override down(): void {
    this.addSql('drop table effects')
  }
}

/** A service whose consumers leave a row for each event they handle. */
export const effectsDatabase: ServiceDatabase = {
  service: 'effects',
  entities: [Effect, ...consumerEntities],
  migrations: [CreateConsumerTables, CreateEffects],
}

type Context = { readonly em: EntityManager }
type Given = Partial<EventConsumerOptions<Context>> & {
  readonly bus: EventConsumerOptions<Context>['bus']
}

export const recordEffect = ({ em }: Context, { tenantId, id }: LoggedEvent): Promise<unknown> =>
  em.execute('insert into effects (tenant_id, event_id) values (?, ?)', [tenantId, id], 'run')

/** A consumer of that service that tries again at once. */
export const aConsumer = (database: TestDatabase, given: Given) =>
  createEventConsumer<Context>({
    name: 'effects.test',
    types: ['workspace.suspended'],
    startAt: 'beginning',
    onPoison: 'skip',
    maxTries: 3,
    openEm: (caller) => database.forkFor('effects', caller),
    contextOf: ({ tenantId }) => ({ em: database.forkFor('effects', { tenantId }) }),
    handle: recordEffect,
    log: createLogger({ name: 'test', level: 'silent' }),
    clock: { now: () => new Date() },
    backoff: () => 1,
    pollMs: 20,
    ...given,
  })

export const effectsIn = async (database: TestDatabase, events: readonly LoggedEvent[]) => {
  const rows = await database.asAdmin<{ event_id: string }>(
    'select event_id from effects.effects where event_id = any ($1) order by ordinal',
    [events.map(({ id }) => id)],
  )
  return rows.map(({ event_id }) => event_id)
}
