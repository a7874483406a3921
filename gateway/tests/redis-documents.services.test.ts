import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { Redis } from 'ioredis'
import { createKnownDocuments } from '../src/documents/known-documents.ts'
import { openDocumentStore } from '../src/documents/open-document-store.ts'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { type RedisServer, startRedis } from './support/redis-server.ts'
import { identity } from './support/story-subgraphs.ts'

type Tester = GatewayTester<'identity'>
const log = createLogger({ name: 'test', level: 'silent' })
let redis: RedisServer
let one: Tester
let other: Tester

beforeAll(async () => {
  redis = await startRedis()
  one = await aGateway()
  other = await aGateway()
})
afterAll(async () => {
  await Promise.all([one.close(), other.close()])
  await redis.close()
})

const aGateway = () =>
  createGatewayTester({
    definitions: { identity },
    documents: createKnownDocuments({
      store: openDocumentStore({ redisUrl: redis.url, log }),
      log,
    }),
    trustedDocumentsFor: ['console'],
  })

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
const asConsole = { 'apollographql-client-name': 'console' }
const FOUND = { data: { users: [{ id: 'u1' }, { id: 'u2' }] } }

/** Sends a document's hash, and its text where that is given. */
async function post(to: Tester, hash: string, query?: string) {
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash } }
  const response = await fetch(`${to.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, extensions }),
  })
  return response.json()
}

/** As a client's release does it, by the command. */
async function publish(client: string, ...documents: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'manifest-'))
  const manifest = join(folder, 'manifest.json')
  const byHash = Object.fromEntries(documents.map((text) => [hashOf(text), text]))
  await writeFile(manifest, JSON.stringify(byHash))
  const script = fileURLToPath(new URL('../src/cli/publish-documents.ts', import.meta.url))
  const { DATABASE_URL: _, ...env } = process.env
  await promisify(execFile)(process.execPath, [script, client, manifest], {
    env: { ...env, REDIS_URL: redis.url },
  })
  await rm(folder, { recursive: true })
}

async function untilStored(hash: string): Promise<void> {
  await using client = disposable(new Redis(redis.url))
  const key = `gateway:documents:registered:${hash}`
  while ((await client.redis.exists(key)) === 0) await new Promise(setImmediate)
  // 30 days, counted from the last use.
  expect(await client.redis.ttl(key)).toBeGreaterThan(30 * 24 * 3600 - 60)
}

const disposable = (client: Redis) => ({
  redis: client,
  [Symbol.asyncDispose]: async () => client.disconnect(),
})

test('what one gateway was sent, another knows by its hash, and Redis when it comes back', async () => {
  const query = 'query One { users { id } }'
  expect(await post(other, hashOf(query))).toMatchObject({
    errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
  })
  expect(await post(one, hashOf(query), query)).toEqual(FOUND)
  await untilStored(hashOf(query))
  expect(await post(other, hashOf(query))).toEqual(FOUND)
  await redis.stop()
  await redis.start()
  await using restarted = await aGateway()
  expect(await post(restarted, hashOf(query))).toEqual(FOUND)
})

test('what a client publishes, every gateway that is running lets it run, and nothing else', async () => {
  const query = 'query Published { users { id } }'
  for (const gateway of [one, other]) {
    expect(codes(await gateway.ask(query, { headers: asConsole }))).toEqual([': FORBIDDEN'])
  }
  await publish('console', query)
  for (const gateway of [one, other]) {
    expect((await gateway.ask(query, { headers: asConsole })).body).toEqual(FOUND)
    const unpublished = await gateway.ask('{ users { name } }', { headers: asConsole })
    expect(codes(unpublished)).toEqual([': FORBIDDEN'])
  }
})

test('what is published by two clients is each of theirs, and what one adds takes nothing away', async () => {
  const [first, second] = ['query First { users { id } }', 'query Second { users { id } }']
  await publish('mobile', first, second)
  expect(codes(await one.ask(first, { headers: asConsole }))).toEqual([': FORBIDDEN'])
  await publish('console', first)
  await publish('console', second)
  for (const query of [first, second]) {
    expect((await other.ask(query, { headers: asConsole })).body).toEqual(FOUND)
  }
})

test('without Redis a bound client runs what its gateway remembers, others send documents along', async () => {
  const [known, unknown] = ['query Known { users { id } }', 'query Unknown { users { id } }']
  await publish('console', known, unknown)
  await one.ask(known, { headers: asConsole })
  await redis.stop()
  expect((await one.ask(known, { headers: asConsole })).body).toEqual(FOUND)
  const refused = await one.ask(unknown, { headers: asConsole })
  expect([refused.status, ...codes(refused)]).toEqual([503, ': UPSTREAM_UNAVAILABLE'])
  expect((await one.ask(unknown)).body).toEqual(FOUND)
  expect(await post(one, hashOf(unknown), unknown)).toEqual(FOUND)
  await redis.start()
  // The connection comes back by itself.
  const again = () => one.ask(unknown, { headers: asConsole })
  let answer = await again()
  while (answer.status === 503) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    answer = await again()
  }
  expect(answer.body).toEqual(FOUND)
})
