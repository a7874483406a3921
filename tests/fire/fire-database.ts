import { Migration, migrate, provisionSchema, type ServiceDatabase } from '@logicspike/database'
import { consumerEntities } from '@logicspike/events'
import { CreateConsumerTables } from '@logicspike/events/testing'
import { randomToken } from '@logicspike/secrets'
import { createLogger } from '@logicspike/telemetry'
import type { createServices } from '@logicspike/testing/platform'

/** Nothing keeps an effect from being there twice: that it is not, is what is tested. */
class CreateEffects extends Migration {
  override up(): void {
    this.addSql('create table effects (event_id text not null)')
  }
}

/** Where the consumer under fire keeps its position and its effects. */
export const fireDatabase: ServiceDatabase = {
  service: 'fire',
  entities: [...consumerEntities],
  migrations: [CreateConsumerTables, CreateEffects],
}

/** Makes its schema beside those of the services; resolves with the URL of its role. */
export async function provideFireDatabase(
  platform: Awaited<ReturnType<typeof createServices>>,
): Promise<string> {
  const { service } = fireDatabase
  const { ownerUrl, roleUrls } = await provisionSchema({
    adminUrl: platform.databaseUrl,
    database: new URL(platform.databaseUrl).pathname.slice(1),
    service,
    ownerPassword: randomToken(),
    rolePasswords: { service: randomToken() },
  })
  const log = createLogger({ name: service, level: 'silent' })
  await migrate({ ...fireDatabase, ownerUrl, log })
  return roleUrls.service ?? ''
}
