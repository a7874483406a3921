import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { defineEntity, p } from '@mikro-orm/core'
import { createMigration, migrationSource } from '../src/create-migration.ts'
import { tenantPolicies } from '../src/index.ts'
import { notes } from './support/notes.ts'

const log = createLogger({ name: 'test', level: 'error' })
const now = new Date('2027-01-31T23:59:59.999Z')
const Tag = defineEntity({
  name: 'Tag',
  tableName: 'tags',
  ...tenantPolicies(),
  properties: { id: p.text().primary(), tenantId: p.text().index('tags_tenant_index') },
})

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'logicspike-migrations-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('a migration made from entities', () => {
  test('holds what existing migrations lack, policies included, and how to undo it', async () => {
    const database = { ...notes, entities: [...notes.entities, Tag] }
    const file = await createMigration({ database, name: 'add-tags', directory, now, log })
    expect(file).toBe(join(directory, '20270131235959.add-tags.ts'))
    const source = await readFile(file ?? '', 'utf8')
    expect(source).toContain('export class AddTags20270131235959 extends Migration')
    expect(source).toContain('create table "notes"."tags"')
    expect(source).toContain('alter table "notes"."tags" force row level security')
    expect(source).toContain('create policy "tenant_guard" on "notes"."tags" as restrictive')
    expect(source).toContain('drop table if exists "notes"."tags"')
    expect(source).not.toMatch(/notebooks|create schema/)
  })

  test('is not written when there is nothing to do', async () => {
    expect(
      await createMigration({ database: notes, name: 'nothing', directory, now, log }),
    ).toBeNull()
    expect(await readdir(directory)).toEqual([])
  })

  test('needs a name in kebab case', async () => {
    const options = { database: notes, name: 'Add Tags', directory, now, log }
    await expect(createMigration(options)).rejects.toThrow('named like add-plan-subscriptions')
  })

  test('keeps backticks, dollars and backslashes of the SQL', () => {
    const sql = String.raw`comment on table t is 'a \ b ${'`'}c${'`'} ${'$'}{d}'`
    const source = migrationSource('add-tags', now, { up: [sql], down: [] })
    const literal = /addSql\((`.*`)\)/.exec(source)?.[1] ?? ''
    expect(new Function(`return ${literal}`)()).toBe(sql)
  })
})
