import { describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '../src/testing/index.ts'
import { Notebook, notes } from './support/notes.ts'

const database = useTestDatabase({ services: [notes] })
const as = (tenantId: string | null, userId: string | null = null) =>
  database.forkFor('notes', { tenantId, userId })

async function aNotebook(tenantId: string, id: string) {
  const em = as(tenantId)
  em.create(Notebook, { id, tenantId, slug: id, title: `of ${tenantId}`, createdAt: new Date() })
  await em.flush()
}

describe('a row of another tenant', () => {
  test('is not found', async () => {
    await aNotebook('a', 'not-found')
    expect(await as('b').findOne(Notebook, 'not-found')).toBeNull()
    expect(await as('a').findOne(Notebook, 'not-found')).toMatchObject({ title: 'of a' })
  })
})
