import { describe, expect, test } from '@jest/globals'
import { catalogue, type EventType, eventJsonSchema } from './catalogue.ts'

const types = Object.keys(catalogue) as EventType[]

describe('the event catalogue', () => {
  test.each(types)('%s is named <noun>.<past verb> and has a closed JSON Schema', (type) => {
    expect(type).toMatch(/^[a-z_]+\.[a-z_]+$/)
    expect(eventJsonSchema(type)).toMatchObject({
      type: 'object',
      additionalProperties: false,
      title: `${type} v${catalogue[type].version}`,
    })
  })

  test('what is internal or for auditors is shown to nobody, and nothing else is', () => {
    const hidden = types.filter((type) => catalogue[type].visibleTo === 'nobody')
    const internal = types.filter((type) => catalogue[type].class === 'internal')
    expect(hidden.toSorted()).toEqual([...internal, 'audit.recorded'].toSorted())
  })
})
