import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { withConnection } from '../src/sql.ts'
import { createTestDatabase, testAdminUrl } from '../src/testing/index.ts'
import { Notebook, notes } from './support/notes.ts'

const exists = async (name: string): Promise<boolean> =>
  withConnection(await testAdminUrl(), async (server) => {
    const { rowCount } = await server.query('select from pg_database where datname = $1', [name])
    return rowCount === 1
  })

describe('a test database', () => {
  test('has the tables of its services and nothing of another test', async () => {
    const [first, second] = await Promise.all([
      createTestDatabase({ services: [notes] }),
      createTestDatabase({ services: [notes] }),
    ])
    const em = first.forkFor('notes', { tenantId: 'a' })
    em.create(Notebook, { id: '1', tenantId: 'a', slug: 's', title: 't', createdAt: new Date() })
    await em.flush()
    expect(await second.asAdmin('select * from notes.notebooks')).toEqual([])
    expect(await first.asAdmin('select id from notes.notebooks')).toEqual([{ id: '1' }])
    await Promise.all([first.close(), second.close()])
  })

  test('is gone after it was closed', async () => {
    const database = await createTestDatabase({ services: [notes] })
    expect(await exists(database.name)).toBe(true)
    await database.close()
    expect(await exists(database.name)).toBe(false)
  })

  test('names the connections that a test forgot to close, and is dropped all the same', async () => {
    const database = await createTestDatabase({ services: [notes] })
    const forgotten = new pg.Client({
      connectionString: database.serviceUrl('notes'),
      application_name: 'the-leak',
    })
    forgotten.on('error', () => {})
    await forgotten.connect()
    await forgotten.query('select 42')
    await expect(database.close()).rejects.toThrow(
      /left open:\nthe-leak as notes_service, idle since [\d:.]+: select 42/,
    )
    expect(await exists(database.name)).toBe(false)
    await forgotten.end()
  })

  test('knows no service that it was not given', async () => {
    const database = await createTestDatabase({ services: [notes] })
    expect(() => database.orm('billing')).toThrow('no service billing')
    await database.close()
  })
})
