import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { createLogger } from '@logicspike/telemetry'
import { createKnownDocuments } from '../src/documents/known-documents.ts'
import { readManifest } from '../src/documents/manifest.ts'
import { openDocumentStore } from '../src/documents/open-document-store.ts'
import { gatewayDatabase } from '../src/gateway-database.ts'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

type Tester = GatewayTester<'identity' | 'tenancy'>
let tester: Tester
// Hooks run in order: the gateway lets go of the database before that is dropped.
afterAll(() => tester.close())
const database = useTestDatabase({ services: [gatewayDatabase] })
const log = createLogger({ name: 'test', level: 'silent' })
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

const aGateway = (databaseUrl = database.serviceUrl('gateway')) =>
  createGatewayTester({
    definitions: { identity, tenancy },
    documents: createKnownDocuments({ store: openDocumentStore({ databaseUrl, log }), log }),
    trustedDocumentsFor: ['console'],
  })

beforeAll(async () => {
  tester = await aGateway()
})

async function post(to: Tester, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${to.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } })
const codeIn = (body: Record<string, unknown>) =>
  (body.errors as { extensions: { code: string } }[] | undefined)?.[0]?.extensions.code

describe('automatic persisted queries', () => {
  test('a document is asked for once, and known by every gateway ever after', async () => {
    await using another = await aGateway()
    const query = 'query One { users { id } }'
    const extensions = persisted(hashOf(query))
    const unknown = await post(tester, { extensions })
    expect([unknown.status, codeIn(unknown.body)]).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND'])
    const registered = await post(tester, { query, extensions })
    expect(registered.body).toEqual({ data: { users: [{ id: 'u1' }, { id: 'u2' }] } })
    expect((await post(tester, { extensions })).body).toEqual(registered.body)
    await untilStored(hashOf(query))
    expect((await post(another, { extensions })).body).toEqual(registered.body)
    await using restarted = await aGateway()
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) })
    const got = await fetch(`${restarted.url}/graphql?${search}`, {
      headers: { 'apollo-require-preflight': '1' },
    })
    expect(await got.json()).toEqual(registered.body)
  })

  test('a document is not taken for one of another hash', async () => {
    const extensions = persisted(hashOf('{ version }'))
    const answer = await post(tester, { query: '{ users { id } }', extensions })
    expect(answer.status).toBe(400)
    expect((await post(tester, { extensions })).body.data).toBeUndefined()
  })

  test('a document over a limit is not registered', async () => {
    const query = `{ ${'users { id } '.repeat(41)} }`
    const extensions = persisted(hashOf(query))
    expect(codeIn((await post(tester, { query, extensions })).body)).toBe('OPERATION_TOO_COSTLY')
    expect(codeIn((await post(tester, { extensions })).body)).toBe('PERSISTED_QUERY_NOT_FOUND')
  })

  test.each([['__proto__'], ['apq:x'], ["' or 1=1"], ['A'.repeat(64)]])(
    '%s is no hash of anything',
    async (hash) => {
      const { body } = await post(tester, { extensions: persisted(hash) })
      expect(codeIn(body)).toBe('PERSISTED_QUERY_NOT_FOUND')
    },
  )

  test('without the store, clients send their documents again', async () => {
    await using alone = await aGateway('postgres://nobody:nothing@127.0.0.1:1/none')
    const query = 'query Alone { users { id } }'
    const extensions = persisted(hashOf(query))
    expect(codeIn((await post(alone, { extensions })).body)).toBe('PERSISTED_QUERY_NOT_FOUND')
    expect((await post(alone, { query, extensions })).status).toBe(200)
    expect((await post(alone, { extensions })).body.data).toBeDefined()
  })
})

describe('documents of a client that publishes them', () => {
  const query = 'query Console { users { name } }'
  const asConsole = { 'apollographql-client-name': 'console' }

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifest-'))
    const manifest = join(folder, 'manifest.json')
    await writeFile(
      manifest,
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: hashOf(query), name: 'Console', type: 'query', body: query }],
      }),
    )
    const script = fileURLToPath(new URL('../src/cli/publish-documents.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, 'console', manifest], {
      env: { ...process.env, DATABASE_URL: database.serviceUrl('gateway') },
    })
    expect(stdout).toContain('console may run 1 documents')
    await rm(folder, { recursive: true })
  })

  test('are run by their hash, by either name for it', async () => {
    const expected = { data: { users: [{ name: 'Ada' }, { name: 'Bob' }] } }
    const byExtension = await post(tester, { extensions: persisted(hashOf(query)) }, asConsole)
    expect(byExtension.body).toEqual(expected)
    const byId = await post(tester, { documentId: `sha256:${hashOf(query)}` }, asConsole)
    expect(byId.body).toEqual(expected)
    const got = await fetch(`${tester.url}/graphql?documentId=sha256:${hashOf(query)}`, {
      headers: { 'apollo-require-preflight': '1', ...asConsole },
    })
    expect(await got.json()).toEqual(expected)
    expect((await post(tester, { query }, asConsole)).body).toEqual(expected)
  })

  test('are all that the client may run', async () => {
    const other = 'query Other { users { id name } }'
    const extensions = persisted(hashOf(other))
    for (const body of [{ query: other }, { query: other, extensions }]) {
      const refused = await post(tester, body, asConsole)
      expect([refused.status, codeIn(refused.body)]).toEqual([403, 'FORBIDDEN'])
    }
    // Registered by another client, it is still not the console's.
    await post(tester, { query: other, extensions })
    expect(codeIn((await post(tester, { extensions }, asConsole)).body)).toBe('FORBIDDEN')
  })

  test('bind a client by its token, whatever it calls itself', async () => {
    const token = tester.forge.sign(tester.forge.claims({ client_id: 'console' }))
    const headers = { authorization: `Bearer ${token}`, 'apollographql-client-name': 'other' }
    const refused = await post(tester, { query: '{ me { id } }' }, headers)
    expect(codeIn(refused.body)).toBe('FORBIDDEN')
    expect((await post(tester, { query }, headers)).status).toBe(200)
  })

  test('cannot be judged without the store: nothing is run', async () => {
    await using alone = await aGateway('postgres://nobody:nothing@127.0.0.1:1/none')
    const answer = await alone.ask(query, { headers: asConsole })
    expect(answer.status).toBe(503)
    expect(codes(answer)).toEqual([': UPSTREAM_UNAVAILABLE'])
    expect((await alone.ask(query)).status).toBe(200)
  })
})

describe('a manifest', () => {
  test('may map hashes to documents', () => {
    const text = '{ a }'
    expect(readManifest(JSON.stringify({ [hashOf(text)]: text }))).toEqual([
      { hash: hashOf(text), text },
    ])
  })

  test('with a wrong hash, or a document that is none, is refused', () => {
    expect(() => readManifest(JSON.stringify({ abc: '{ a }' }))).toThrow('another SHA-256')
    expect(() => readManifest(JSON.stringify({ [hashOf('{')]: '{' }))).toThrow('Syntax Error')
    expect(() => readManifest('[]')).toThrow()
  })
})

async function untilStored(hash: string): Promise<void> {
  const stored = () =>
    database.asAdmin('select from gateway.registered_documents where hash = $1', [hash])
  while ((await stored()).length === 0) await new Promise((resolve) => setImmediate(resolve))
}
