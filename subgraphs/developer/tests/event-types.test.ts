import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useDeveloper } from './support/developer-test-app.ts'

const developer = useDeveloper()
const MAY = ['developer:event-types.register', 'developer:events.publish']

const REGISTER = `mutation ($input: RegisterEventTypesInput!) { registerEventTypes(input: $input) {
  eventTypes { name version description service schema }
  userErrors { __typename ... on UserError { message path } } } }`
const PUBLISH = `mutation ($input: PublishEventsInput!) { publishEvents(input: $input) {
  events { id givenId } userErrors { __typename ... on UserError { message path } } } }`
const TYPES = '{ eventTypes { name version service description schema } }'
const EVENTS =
  '{ events { edges { node { id seq type version subject actor { kind id } data time } } } }'

const open = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }
const aType = (name: string, rest: object = {}) => ({
  ...{ name, version: 1, description: 'A post was published.', schema: open },
  ...rest,
})
let made = 0
/** Each test has a service of its own, for what is registered stays. */
const aService = () => {
  made += 1
  const name = `blog-${made}`
  return {
    name,
    type: `${name}:post.published`,
    token: developer.serviceToken(name, undefined, MAY),
  }
}
const register = async (token: string, ...eventTypes: object[]) => {
  const { data, codes } = await developer.ask(token, REGISTER, { input: { eventTypes } })
  expect(codes).toEqual([])
  return data.registerEventTypes
}
const publish = async (token: string, workspaceId: string, ...events: object[]) => {
  const { data, codes } = await developer.ask(token, PUBLISH, { input: { workspaceId, events } })
  expect(codes).toEqual([])
  return data.publishEvents
}
const anEvent = (type: string, rest: object = {}) => ({
  ...{ id: newId('event'), type, version: 1, subject: 'post-1', data: { title: 'Hello' } },
  ...rest,
})
const eventsOf = async (workspaceId: string) => {
  await developer.sequencer.caughtUp()
  const token = developer.tokenFor(workspaceId, ['developer:events.read'])
  const { data } = await developer.ask(token, EVENTS)
  return data.events.edges.map(({ node }: { node: object }) => node)
}
const pathsOf = ({ userErrors }: { userErrors: { path: string[] }[] }) =>
  userErrors.map(({ path }) => path.join('.'))

describe('registerEventTypes', () => {
  test('adds types to the catalogue, in their newest version', async () => {
    const { name, type, token } = aService()
    const payload = await register(token, aType(type), aType(`${name}:post.archived`))
    expect(payload.userErrors).toEqual([])
    expect(payload.eventTypes.map((it: { name: string }) => it.name)).toEqual([
      `${name}:post.archived`,
      type,
    ])
    await register(token, aType(type, { version: 2, schema: { type: 'object' } }))
    const { data } = await developer.ask(developer.tokenFor(newId('workspace'), []), TYPES)
    expect(data.eventTypes).toContainEqual({
      name: type,
      version: 2,
      service: name,
      description: 'A post was published.',
      schema: { type: 'object' },
    })
  })

  test('repeated it changes nothing; a type may grow and be described better', async () => {
    const { type, token } = aService()
    await register(token, aType(type))
    expect((await register(token, aType(type))).userErrors).toEqual([])
    const grown = { ...open, properties: { ...open.properties, slug: { type: 'string' } } }
    const payload = await register(token, aType(type, { schema: grown, description: ' Better. ' }))
    expect(payload.eventTypes).toEqual([
      expect.objectContaining({ version: 1, schema: grown, description: 'Better.' }),
    ])
  })

  test('a change that listeners could fail on needs a new version; old versions stay', async () => {
    const { type, token } = aService()
    await register(token, aType(type))
    const other = { type: 'object', properties: { title: { type: 'number' } } }
    expect(pathsOf(await register(token, aType(type, { schema: other })))).toEqual([
      'eventTypes.0.version',
    ])
    expect(pathsOf(await register(token, aType(type, { schema: other, version: 2 })))).toEqual([])
    expect(pathsOf(await register(token, aType(type)))).toEqual(['eventTypes.0.version'])
  })

  test.each<[string, object, string]>([
    ['another service’s name', { name: 'shop:order.placed' }, 'name'],
    ['no past verb of a noun', { name: 'SERVICE:PostPublished' }, 'name'],
    ['version 0', { version: 0 }, 'version'],
    ['no description', { description: ' ' }, 'description'],
    ['no schema', { schema: 'object' }, 'schema'],
    ['a schema of no object', { schema: { type: 'string' } }, 'schema'],
    ['a schema that is none', { schema: { type: 'object', properties: 7 } }, 'schema'],
    [
      'a reference elsewhere',
      { schema: { type: 'object', $ref: 'https://example.com/x' } },
      'schema',
    ],
    [
      'a pattern',
      { schema: { type: 'object', properties: { a: { pattern: '(a+)+$' } } } },
      'schema',
    ],
  ])('refuses %s, and registers nothing', async (_, wrong, field) => {
    const { name, type, token } = aService()
    const given = JSON.parse(JSON.stringify(aType(type, wrong)).replace('SERVICE', name))
    const payload = await register(token, aType(`${name}:post.archived`), given)
    expect([pathsOf(payload), payload.eventTypes]).toEqual([[`eventTypes.1.${field}`], null])
    expect((await register(token)).eventTypes).toEqual([])
  })

  test('refuses a type that is listed twice, and more than 50', async () => {
    const { type, token } = aService()
    expect(pathsOf(await register(token, aType(type), aType(type)))).toEqual(['eventTypes.1.name'])
    const many = Array.from({ length: 51 }, () => aType(type))
    expect(pathsOf(await register(token, ...many))).toEqual(['eventTypes'])
  })

  test('registrations at the same time do not undo each other', async () => {
    const { name, token } = aService()
    const names = Array.from('abcdefgh', (letter) => `${name}:post.${letter}`)
    await Promise.all(names.map((it) => register(token, aType(it))))
    const { eventTypes } = await register(token)
    expect(eventTypes.map((it: { name: string }) => it.name)).toEqual(names)
  })
})

describe('publishEvents', () => {
  test('puts events into the log, as they were given', async () => {
    const { name, type, token } = aService()
    await register(token, aType(type))
    const workspaceId = newId('workspace')
    const time = '2026-05-01T10:00:00.000Z'
    const payload = await publish(token, workspaceId, anEvent(type, { id: 'one', time }))
    expect(payload).toEqual({
      events: [{ id: expect.stringMatching(/^evt_/), givenId: 'one' }],
      userErrors: [],
    })
    expect(await eventsOf(workspaceId)).toEqual([
      {
        id: payload.events[0].id,
        seq: 1,
        type,
        version: 1,
        subject: 'post-1',
        actor: { kind: 'service', id: name },
        data: { title: 'Hello' },
        time,
      },
    ])
  })

  test('an event that comes again changes nothing, however often and at once', async () => {
    const { type, token } = aService()
    await register(token, aType(type))
    const workspaceId = newId('workspace')
    const event = anEvent(type)
    const first = await publish(token, workspaceId, event)
    await eventsOf(workspaceId)
    const again = await Promise.all(
      Array.from({ length: 8 }, () => publish(token, workspaceId, event, event)),
    )
    for (const { events } of again) {
      expect(events.map(({ id }: { id: string }) => id)).toEqual(
        Array.from({ length: 2 }, () => first.events[0].id),
      )
    }
    expect(await eventsOf(workspaceId)).toHaveLength(1)
    const elsewhere = newId('workspace')
    await publish(token, elsewhere, event)
    expect(await eventsOf(elsewhere)).toHaveLength(1)
  })

  test('one that is refused keeps no other back', async () => {
    const { type, token } = aService()
    await register(token, aType(type))
    const workspaceId = newId('workspace')
    const payload = await publish(
      token,
      workspaceId,
      anEvent(type, { id: 'good' }),
      anEvent(type, { data: { title: 7 } }),
      anEvent(type, { version: 2 }),
      anEvent('shop:order.placed'),
      anEvent('workspace.renamed'),
      anEvent(type, { id: '' }),
      anEvent(type, { id: 'last' }),
    )
    expect(pathsOf(payload)).toEqual([
      'events.1.data.title',
      'events.2.type',
      'events.3.type',
      'events.4.type',
      'events.5',
    ])
    const given = payload.events.map(({ givenId }: { givenId: string }) => givenId)
    expect(given).toEqual(['good', 'last'])
    expect(await eventsOf(workspaceId)).toHaveLength(2)
  })

  test('refuses more than 100 at a time', async () => {
    const { type, token } = aService()
    const many = Array.from({ length: 101 }, () => anEvent(type))
    const payload = await publish(token, newId('workspace'), ...many)
    expect([pathsOf(payload), payload.events]).toEqual([['events'], null])
  })

  test('a token for a workspace reaches no other', async () => {
    const { name, type } = aService()
    const [own, other] = [newId('workspace'), newId('workspace')]
    const token = developer.serviceToken(name, own, MAY)
    await register(token, aType(type))
    expect((await publish(token, own, anEvent(type))).userErrors).toEqual([])
    const input = { workspaceId: other, events: [anEvent(type)] }
    expect((await developer.ask(token, PUBLISH, { input })).codes).toEqual(['NOT_FOUND'])
    const nowhere = { workspaceId: 'everywhere', events: [] }
    expect((await developer.ask(token, PUBLISH, { input: nowhere })).codes).toEqual([
      'BAD_USER_INPUT',
    ])
  })
})

describe('who may', () => {
  const everything = () => developer.tokenFor(newId('workspace'), MAY)
  test.each<[string, () => string | null, string]>([
    ['nobody without a token', () => null, 'UNAUTHENTICATED'],
    ['no person, whatever the token says', everything, 'FORBIDDEN'],
    [
      'no service without the permission',
      () => developer.serviceToken('blog', undefined, []),
      'FORBIDDEN',
    ],
    [
      'no service of the platform’s name',
      () => developer.serviceToken('billing', undefined, MAY),
      'FORBIDDEN',
    ],
  ])('%s', async (_, token, expected) => {
    const input = { workspaceId: newId('workspace'), events: [] }
    expect((await developer.ask(token(), PUBLISH, { input })).codes).toEqual([expected])
    const registration = { input: { eventTypes: [] } }
    expect((await developer.ask(token(), REGISTER, registration)).codes).toEqual([expected])
  })

  test('the catalogue is for whoever is signed in, and does not tell of what nobody sees', async () => {
    expect((await developer.ask(null, TYPES)).codes).toEqual(['UNAUTHENTICATED'])
    const { data } = await developer.ask(developer.tokenFor(undefined, []), TYPES)
    const names = data.eventTypes.map(({ name }: { name: string }) => name)
    expect(names).toEqual([...names].sort())
    expect(names).toContain('workspace.renamed')
    expect(names).not.toContain('epoch.bumped')
    expect(names).not.toContain('audit.recorded')
  })
})
