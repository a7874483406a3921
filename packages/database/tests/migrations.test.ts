import { describe, expect, test } from '@jest/globals'
import { defineEntity, p } from '@mikro-orm/core'
import { Migration, tenantPolicies } from '../src/index.ts'
import { assertMigrationsMatchEntities } from '../src/testing/index.ts'
import { notes } from './support/notes.ts'

const Bare = defineEntity({
  name: 'Bare',
  tableName: 'bare',
  ...tenantPolicies(),
  properties: { id: p.text().primary(), tenantId: p.text() },
})

const createTable = `create table notes.bare (id text primary key, tenant_id text not null)`

class CreateBareWithoutPolicies extends Migration {
  override up(): void {
    this.addSql(createTable)
  }

  override down(): void {
    this.addSql('drop table notes.bare')
  }
}

class CreateBareForGood extends CreateBareWithoutPolicies {
  override down(): void {
    this.addSql('select 1')
  }
}

describe('assertMigrationsMatchEntities', () => {
  test('accepts migrations that give what the entities say', async () => {
    await assertMigrationsMatchEntities(notes)
  })

  test('names the statements that a migration lacks, policies among them', async () => {
    const service = { ...notes, entities: [Bare], references: [] }
    await expect(
      assertMigrationsMatchEntities({ ...service, migrations: [CreateBareWithoutPolicies] }),
    ).rejects.toThrow(/force row level security(.|\n)*create policy "tenant_guard"/)
  })

  test('names what reverting leaves behind', async () => {
    const Plain = defineEntity({
      name: 'Plain',
      tableName: 'bare',
      properties: { id: p.text().primary(), tenantId: p.text() },
    })
    const service = { ...notes, entities: [Plain], references: [] }
    await expect(
      assertMigrationsMatchEntities({ ...service, migrations: [CreateBareForGood] }),
    ).rejects.toThrow('Reverting notes left behind: bare')
  })
})
