import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { fromCloudEvent, toCloudEvent } from './cloud-event.ts'
import type { LoggedEvent } from './logged-event.ts'

const event: LoggedEvent = {
  ...{ position: 9_007_199_254, tenantId: newId('workspace'), seq: 42, id: newId('event') },
  ...{ type: 'member.joined', version: 2, class: 'domain', source: 'tenancy', subject: 'mem_1' },
  actor: { kind: 'user', id: newId('user'), sessionId: newId('session'), onBehalfBy: 'usr_2' },
  data: { nested: [1, { two: null }] },
  correlationId: 'req-1',
  causationId: newId('event'),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  occurredAt: new Date('2026-01-01T00:00:00.123Z'),
  recordedAt: new Date('2026-01-01T00:00:01Z'),
}

describe('an event as CloudEvent', () => {
  test('has the attributes that are required, and names of at most 20 letters and digits', () => {
    const envelope = toCloudEvent(event)
    expect(envelope).toMatchObject({
      specversion: '1.0',
      id: event.id,
      source: 'urn:logicspike:tenancy',
      type: 'member.joined',
      time: '2026-01-01T00:00:00.123Z',
      dataschema: 'urn:logicspike:event:member.joined:v2',
      sequence: '0000000000000000042',
      partitionkey: event.tenantId,
    })
    for (const name of Object.keys(envelope)) expect(name).toMatch(/^[a-z0-9]{1,20}$/)
    for (const [name, value] of Object.entries(envelope)) {
      if (name !== 'data') expect(['string', 'number']).toContain(typeof value)
    }
  })

  test.each<[string, Partial<LoggedEvent>]>([
    ['everything', {}],
    ['no tenant', { tenantId: null }],
    ['no actor', { actor: null }],
    ['a service as actor', { actor: { kind: 'service', id: 'blog' } }],
    ['no payload any more', { data: null }],
    ['no story', { correlationId: null, causationId: null, traceparent: null }],
  ])('comes back as it was, with %s', (_, given) => {
    const it = { ...event, ...given }
    expect(fromCloudEvent(JSON.parse(JSON.stringify(toCloudEvent(it))))).toEqual(it)
  })

  test('sorts by sequence as text', () => {
    const sequenceOf = (seq: number) => toCloudEvent({ ...event, seq }).sequence
    expect([9, 10, 100, 2].map(sequenceOf).toSorted()).toEqual([2, 9, 10, 100].map(sequenceOf))
  })
})
