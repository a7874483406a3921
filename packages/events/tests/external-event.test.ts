import { describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import {
  EventDataInvalid,
  EventSchemaInvalid,
  ExternalEventInvalid,
  publishExternalEvent,
} from '../src/index.ts'
import { outboxDatabase } from '../src/testing/index.ts'

const database = useTestDatabase({ services: [outboxDatabase('source')] })

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['postId', 'at'],
  properties: { postId: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
}

function aContext(tenantId: string) {
  return {
    em: database.forkFor('source', { tenantId }),
    ids: newId,
    clock: { now: () => new Date('2026-01-01T00:00:00Z') },
    actor: null,
    requestId: 'req-12345678',
  }
}

const anEvent = (workspaceId: string, given: object = {}) => ({
  ...{ service: 'blog', type: 'post.published', version: 3, id: 'p-1', workspaceId, subject: 'p' },
  data: { postId: 'p', at: '2026-01-01T00:00:00Z' },
  ...given,
})

const publish = (workspaceId: string, given: object = {}, itsSchema: object = schema) =>
  publishExternalEvent(aContext(workspaceId), anEvent(workspaceId, given), itsSchema)

const rowsOf = (workspaceId: string) =>
  database.asAdmin<{ id: string; type: string; version: number; class: string }>(
    'select id, type, version, class from source.outbox where tenant_id = $1',
    [workspaceId],
  )

describe('publishExternalEvent', () => {
  test('writes the event under the name of its service', async () => {
    const workspaceId = newId('workspace')
    const { id } = await publish(workspaceId)
    expect(await rowsOf(workspaceId)).toEqual([
      { id, type: 'blog:post.published', version: 3, class: 'domain' },
    ])
  })

  test('an event that comes again, or several times at once, is one', async () => {
    const workspaceId = newId('workspace')
    const made = await Promise.all([1, 2, 3].map(() => publish(workspaceId)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect(await rowsOf(workspaceId)).toHaveLength(1)
  })

  test('the same id in another workspace, or of another service, is another event', async () => {
    const [one, other] = [newId('workspace'), newId('workspace')]
    const ids = [await publish(one), await publish(other), await publish(one, { service: 'shop' })]
    expect(new Set(ids.map(({ id }) => id)).size).toBe(3)
    expect(await rowsOf(one)).toHaveLength(2)
  })

  test('data that does not fit says where, and writes nothing', async () => {
    const workspaceId = newId('workspace')
    const data = { postId: 'p', at: 'yesterday' }
    const error = await publish(workspaceId, { data }).catch((it: unknown) => it)
    expect(error).toBeInstanceOf(EventDataInvalid)
    expect(error).toMatchObject({ failures: [{ path: '/at' }] })
    expect(await rowsOf(workspaceId)).toEqual([])
  })

  test.each([
    ['unknown words', { type: 'object', propertees: {} }],
    ['a reference to elsewhere', { $ref: 'https://example.com/schema.json' }],
    ['more than may be', { description: 'x'.repeat(70_000) }],
  ])('a schema with %s is refused', async (_, bad) => {
    await expect(publish(newId('workspace'), {}, bad)).rejects.toBeInstanceOf(EventSchemaInvalid)
  })

  test.each([
    ['the service of the platform', { service: 'billing' }],
    ['a service that is none', { service: 'Blog!' }],
    ['a type in the wrong form', { type: 'published' }],
    ['no id', { id: '' }],
    ['a subject too long', { subject: 'x'.repeat(201) }],
  ])('%s is refused', async (_, given) => {
    await expect(publish(newId('workspace'), given)).rejects.toBeInstanceOf(ExternalEventInvalid)
  })
})
