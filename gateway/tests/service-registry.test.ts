import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { parseServices } from '../src/service-routes/service-definition.ts'
import { servicesFile } from '../src/service-routes/service-registry.ts'
import { type Changeable, changeable } from './support/changeable.ts'
import type { GatewayTester } from './support/gateway-tester.ts'
import { createServiceTester, until } from './support/service-tester.ts'
import { createTestService, type TestService } from './support/test-service.ts'

const blog = {
  name: 'blog',
  prefix: '/blog/*',
  upstreams: [{ url: 'http://blog:8080' }],
  routes: { '/*': { GET: 'public' } },
}
const RESERVED = new Set(['graphql', 'oauth', 'healthz'])
const parse = (...services: unknown[]) => parseServices({ services }, RESERVED)

describe('a declaration', () => {
  test('says the least, and the rest is what is safe', () => {
    expect(parse(blog)).toEqual([
      {
        ...blog,
        upstreams: [{ url: 'http://blog:8080', weight: 1 }],
        credentials: ['user'],
        entitlement: 'blog',
        webSockets: false,
        timeoutMs: 30_000,
        maxBodyBytes: 1_048_576,
        cost: 1,
      },
    ])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['a name in capitals', { name: 'Blog' }, 'Blog, name: is no service name; write one as "blog"'],
    ['no prefix', { prefix: undefined }, 'blog, prefix: '],
    ['a prefix without its star', { prefix: '/blog' }, 'blog, prefix: write it as "/blog/*"'],
    ['a prefix of everything', { prefix: '/*' }, 'blog, prefix: write it as "/blog/*"'],
    ['a prefix with dots', { prefix: '/blog/../*' }, 'blog, prefix: write it as "/blog/*"'],
    ['a prefix in capitals', { prefix: '/Blog/*' }, 'blog, prefix: write it as "/blog/*"'],
    [
      'the gateway’s own',
      { prefix: '/graphql/*' },
      'blog, prefix: /graphql/* is the gateway’s own; choose another',
    ],
    ['below the gateway’s own', { prefix: '/oauth/blog/*' }, 'is the gateway’s own'],
    ['no server', { upstreams: [] }, 'blog, upstreams: name at least one server of the service'],
    [
      'a server with a path',
      { upstreams: [{ url: 'http://a/b' }] },
      'blog, upstreams 0 url: write where it listens',
    ],
    [
      'a server with a password',
      { upstreams: [{ url: 'http://a:b@c' }] },
      'write where it listens',
    ],
    ['a server that is no URL', { upstreams: [{ url: 'blog:8080' }] }, 'write where it listens'],
    [
      'a weight of nothing',
      { upstreams: [{ url: 'http://a', weight: 0 }] },
      'blog, upstreams 0 weight: ',
    ],
    ['no route', { routes: {} }, 'blog, routes: name a path'],
    [
      'a path that is none',
      { routes: { 'posts*': { GET: 'public' } } },
      'is no path; write "/posts"',
    ],
    ['a path without a method', { routes: { '/x': {} } }, 'blog, routes /x: name a method'],
    ['a method nobody knows', { routes: { '/x': { FETCH: 'public' } } }, 'blog, routes /x'],
    [
      'who may call as nonsense',
      { routes: { '/x': { GET: 'anyone' } } },
      'blog, routes /x GET: say "public"',
    ],
    [
      'no permission in a list',
      { routes: { '/x': { GET: [] } } },
      'blog, routes /x GET: say "public"',
    ],
    ['a credential nobody knows', { credentials: ['cookie'] }, 'blog, credentials 0'],
    ['a word that means nothing', { timeout: 5 }, 'blog, the whole: Unrecognized key: "timeout"'],
    [
      'a health path with a query',
      { health: { path: '/x?y' } },
      'blog, health path: write it as "/healthz"',
    ],
  ])('with %s is refused, saying what to do', (_, wrong, message) => {
    expect(() => parse({ ...blog, ...wrong })).toThrow(message)
  })

  test('tells of all that is wrong at once, by the names of the services', () => {
    const other = { ...blog, name: 'media', prefix: '/blog/media/*' }
    expect(() => parse(blog, other, { ...other, prefix: '/healthz/*' })).toThrow(
      [
        'The services cannot be served:',
        '  media, prefix: /blog/media/* overlaps /blog/* of blog; choose another',
        '  media: is declared twice; leave one of them out',
        '  media, prefix: /healthz/* is the gateway’s own; choose another',
      ].join('\n'),
    )
    expect(() => parse({ ...blog, cost: 0, timeoutMs: 'long' }, 7)).toThrow(
      /blog, timeoutMs: .*\n.*blog, cost: .*\n.*number 2, the whole: /s,
    )
  })

  test.each([undefined, null, [], {}, { services: 1 }])('that is %j is refused', (declared) => {
    expect(() => parseServices(declared, RESERVED)).toThrow('The services cannot be served')
  })

  test('of prefixes that only begin alike is none of an overlap', () => {
    expect(parse(blog, { ...blog, name: 'blogs', prefix: '/blogs/*' })).toHaveLength(2)
  })
})

describe('a change', () => {
  let one: TestService
  let two: TestService
  let registry: Changeable<unknown>
  let tester: GatewayTester<'idle'>

  const declared = (url: string, more: Record<string, unknown> = {}) => ({
    services: [{ ...blog, upstreams: [{ url }], ...more }],
  })

  beforeAll(async () => {
    one = await createTestService('one')
    two = await createTestService('two')
    registry = changeable<unknown>(declared(one.origin))
    tester = await createServiceTester(registry)
  })
  beforeEach(() => {
    one.reset()
    two.reset()
    registry.change(declared(one.origin))
    tester.log.length = 0
  })
  afterAll(async () => {
    await tester.close()
    await Promise.all([one.close(), two.close()])
  })

  const call = (path = '/blog/x') => fetch(tester.url + path)
  const nameOf = async () => ((await (await call()).json()) as { name: string }).name

  test('counts from the next request on', async () => {
    expect(await nameOf()).toBe('one')
    registry.change(declared(two.origin))
    expect(await nameOf()).toBe('two')
    registry.change({ services: [] })
    expect((await call()).status).toBe(404)
    registry.change(declared(two.origin, { prefix: '/new/*' }))
    expect([(await call()).status, (await call('/new/x')).status]).toEqual([404, 200])
  })

  test('leaves requests that are under way to what they began with', async () => {
    const asked = Promise.withResolvers<[IncomingMessage, ServerResponse]>()
    one.answer((request, response) => {
      response.write('first ')
      asked.resolve([request, response])
    })
    const running = call()
    const [, response] = await asked.promise
    registry.change(declared(two.origin))
    expect(await nameOf()).toBe('two')
    response.end('last')
    expect(await (await running).text()).toBe('first last')
    // Then its connections are closed.
    const connections = () =>
      new Promise<number>((resolve) => one.server.getConnections((_, count) => resolve(count)))
    while ((await connections()) > 0) await new Promise(setImmediate)
  })

  test('that does not hold is refused as a whole, and told loudly', async () => {
    registry.change({
      services: [
        { ...blog, upstreams: [{ url: two.origin }] },
        { ...blog, name: 'bad', prefix: '/graphql/*' },
      ],
    })
    expect(await nameOf()).toBe('one')
    expect(tester.log).toContainEqual(
      expect.objectContaining({ level: 50, msg: 'services update refused; the last ones stay' }),
    )
  })

  test('takes no address that is the gateway’s, or that the composition root has added', async () => {
    const taken = ['graphql', 'oauth', 'auth', 'healthz', 'readyz', 'metrics', 'graphiql', 'added']
    const other = createServiceTester(
      changeable<unknown>({
        services: taken.map((name) => ({ ...blog, name: `s-${name}`, prefix: `/${name}/*` })),
      }),
      { routes: (http) => void http.get('/added', async () => 'x') },
    )
    const message = await other.then(
      () => '',
      (error: Error) => error.message,
    )
    for (const name of taken) expect(message).toContain(`/${name}/* is the gateway’s own`)
  })
})

describe('the file', () => {
  let folder: string
  let path: string
  const errors: string[] = []
  const log = createLogger({ name: 'test' }, { write: (line: string) => errors.push(line) })

  beforeEach(async () => {
    errors.length = 0
    folder = await mkdtemp(join(tmpdir(), 'services-'))
    path = join(folder, 'services.json')
    await writeFile(path, JSON.stringify({ services: [] }))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('is read, watched and read again however it was written', async () => {
    const file = servicesFile({ path, log, intervalMs: 5 })
    expect(await file.read()).toEqual({ services: [] })
    const changed = new Promise((resolve) => {
      const stop = file.watch((declared) => {
        stop()
        resolve(declared)
      })
    })
    await writeFile(join(folder, 'next'), JSON.stringify({ services: [blog] }))
    await rename(join(folder, 'next'), path)
    expect(await changed).toEqual({ services: [blog] })
  })

  test('that is no JSON is an error at the start, and later a line in the log', async () => {
    const file = servicesFile({ path, log })
    await file.read()
    const seen: unknown[] = []
    const stop = file.watch((declared) => seen.push(declared))
    await writeFile(path, '{ "services": [')
    await file.check()
    await rm(path)
    await file.check()
    stop()
    expect(seen).toEqual([])
    expect(errors.join()).toContain('services update refused; the last ones stay')
    expect(errors.join()).toContain('the file of services cannot be read')
    await writeFile(path, '{')
    await expect(servicesFile({ path, log }).read()).rejects.toThrow('is no JSON')
  })

  test('that newcomers are shown holds', async () => {
    const example = new URL('../services.example.json', import.meta.url).pathname
    const declared = await servicesFile({ path: example, log }).read()
    expect(parseServices(declared, RESERVED).map(({ name }) => name)).toContain('blog')
  })
})

describe('servers', () => {
  let services: TestService[]
  let tester: GatewayTester<'idle'>
  const isSick = new Set<string>()

  beforeAll(async () => {
    services = await Promise.all(['a', 'b', 'c'].map((name) => createTestService(name)))
    for (const service of services) {
      service.answer((request, response) => {
        const isDown = isSick.has(service.origin)
        if (request.url === '/well') return response.writeHead(isDown ? 500 : 200).end()
        return response.end(service.origin)
      })
    }
    const [a, b, c] = services.map(({ origin }) => origin)
    tester = await createServiceTester([
      {
        ...blog,
        upstreams: [
          { url: a, weight: 3 },
          { url: b, weight: 1 },
          { url: c, weight: 1 },
        ],
        health: { path: '/well', intervalMs: 10 },
      },
    ])
  })
  afterAll(async () => {
    await tester.close()
    await Promise.all(services.map((service) => service.close()))
  })

  async function turns(count: number): Promise<number[]> {
    const asked: string[] = []
    for (let turn = 0; turn < count; turn += 1)
      asked.push(await (await fetch(`${tester.url}/blog/x`)).text())
    return services.map(({ origin }) => asked.filter((it) => it === origin).length)
  }

  const told = (msg: string) => tester.log.filter((line) => line.msg === msg).length

  test('take turns by their weights, the well ones alone, until they are all down', async () => {
    expect(await turns(10)).toEqual([6, 2, 2])
    isSick.add(services[0]?.origin ?? '')
    await until(() => told('an upstream is down') === 1)
    expect(await turns(4)).toEqual([0, 2, 2])
    for (const { origin } of services) isSick.add(origin)
    await until(() => told('an upstream is down') === 3)
    const answer = await fetch(`${tester.url}/blog/x`)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' })
    isSick.clear()
    await until(() => told('an upstream is up again') === 3)
    expect((await turns(5)).toSorted()).toEqual([1, 1, 3])
  })

  test('that keep failing get no turn for a while, without being looked at', async () => {
    const [sick, well] = services as [TestService, TestService]
    await using other = await createServiceTester([
      { ...blog, upstreams: [{ url: sick.origin }, { url: well.origin }] },
    ])
    let asked = 0
    sick.answer((request, response) => {
      if (request.url === '/x') asked += 1
      response.writeHead(503).end()
    })
    const statuses: number[] = []
    for (let turn = 0; turn < 60; turn += 1)
      statuses.push((await fetch(`${other.url}/blog/x`)).status)
    expect(asked).toBe(20)
    expect(statuses.filter((status) => status === 200)).toHaveLength(40)
  })
})
