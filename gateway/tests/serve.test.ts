import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { compose } from './support/compose.ts'
import { testCertificate } from './support/test-certificate.ts'
import { createTestSubgraph, type TestSubgraph } from './support/test-subgraph.ts'

const SERVE = fileURLToPath(new URL('../src/serve.ts', import.meta.url))

let users: TestSubgraph
let posts: TestSubgraph
let folder: string
let file: string
let child: ChildProcess | undefined

beforeEach(async () => {
  users = createTestSubgraph('identity', {
    sdl: `
      type Query { me: User secret: String @authenticated }
      type User @key(fields: "id") { id: ID! name: String }
    `,
    resolvers: {
      Query: { me: () => ({ id: 'u1', name: 'Ada' }), secret: () => 'never told' },
      User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Ada' }) },
    },
  })
  posts = createTestSubgraph('posts', {
    sdl: 'type User @key(fields: "id") { id: ID! posts: [String!]! }',
    resolvers: { User: { posts: () => ['first', 'second'] } },
  })
  const urls: Record<string, string> = {
    identity: `http://127.0.0.1:${await users.listen()}/graphql`,
    posts: `http://127.0.0.1:${await posts.listen()}/graphql`,
  }
  folder = await mkdtemp(join(tmpdir(), 'gateway-serve-'))
  file = join(folder, 'supergraph.graphql')
  const { sdl } = compose({ identity: users.sdl, posts: posts.sdl }, (name) => urls[name] ?? '')
  await writeFile(file, sdl)
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await Promise.all([users.close(), posts.close(), rm(folder, { recursive: true })])
})

function run(args: readonly string[], variables: Record<string, string> = {}): ChildProcess {
  child = spawn(process.execPath, [SERVE, ...args], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return child
}

/** Resolves with the address that the command prints once it answers. */
async function start(args: readonly string[], variables?: Record<string, string>) {
  const { stdout } = run(args, variables)
  if (!stdout) throw new Error('no output')
  for await (const line of createInterface({ input: stdout })) {
    const url = /https?:\/\/localhost:\d+/.exec(line)?.[0]
    if (url) return url
  }
  throw new Error('it ended before it served')
}

async function failure(...args: string[]) {
  const failed = run(args)
  const [[status], stderr] = await Promise.all([
    once(failed, 'exit'),
    failed.stderr ? text(failed.stderr) : '',
  ])
  return { status, stderr }
}

async function ask(url: string, query: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return (await response.json()) as { data?: unknown; errors?: { extensions: unknown }[] }
}

describe('a gateway started alone on a composed file', () => {
  test.each([{}, { NODE_ENV: 'production' }])(
    'answers with the environment %j',
    async (variables) => {
      const url = await start(['--supergraph', file, '--port', '0'], variables)
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
      expect(await ask(url, '{ me { name posts } }')).toEqual({
        data: { me: { name: 'Ada', posts: ['first', 'second'] } },
      })
    },
  )

  test('sends subgraphs no key and takes nobody for somebody', async () => {
    const url = await start(['--supergraph', file, '--port', '0'])
    const { data, errors } = await ask(url, '{ me { name } secret }')
    expect(data).toEqual({ me: { name: 'Ada' }, secret: null })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(Object.keys(users.received[0]?.headers ?? {})).not.toContain('x-gateway-key')
  })

  test('tells its schema in development, and in production where told to', async () => {
    const query = '{ __schema { queryType { name } } }'
    const answered = { data: { __schema: { queryType: { name: 'Query' } } } }
    const args = ['--supergraph', file, '--port', '0']
    expect(await ask(await start(args), query)).toEqual(answered)
    child?.kill('SIGKILL')
    const closed = await start(args, { NODE_ENV: 'production' })
    expect((await ask(closed, query)).errors).toHaveLength(1)
    child?.kill('SIGKILL')
    const opened = await start([...args, '--introspection'], { NODE_ENV: 'production' })
    expect(await ask(opened, query)).toEqual(answered)
  })

  test('speaks TLS and HTTP/2 with a certificate', async () => {
    const { cert, key } = await testCertificate()
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)])
    const args = ['--supergraph', file, '--port', '0', '--tls-cert', certFile, '--tls-key', keyFile]
    const url = await start(args)
    expect(url).toMatch(/^https:/)
    const session = connect(url, { ca: cert })
    const stream = session.request({ ':path': '/healthz' })
    expect(JSON.parse(await text(stream))).toMatchObject({ status: 'ok' })
    expect(session.alpnProtocol).toBe('h2')
    session.close()
  })

  test('ends by SIGTERM, with success', async () => {
    await start(['--supergraph', file, '--port', '0'])
    child?.kill('SIGTERM')
    expect(await once(child as ChildProcess, 'exit')).toEqual([0, null])
  })
})

describe('a command that cannot be followed says what to do', () => {
  test('without a supergraph', async () => {
    const { status, stderr } = await failure()
    expect(status).toBe(1)
    expect(stderr).toContain('--supergraph supergraph.graphql')
    expect(stderr).toContain('Usage:')
  })

  test('with a file that is not there', async () => {
    const { status, stderr } = await failure('--supergraph', join(folder, 'none.graphql'))
    expect(status).toBe(1)
    expect(stderr).toMatch(/There is no file .*none\.graphql\. Compose one/)
  })

  test('with the SDL of a subgraph', async () => {
    const path = join(folder, 'subgraph.graphql')
    await writeFile(path, 'type Query { a: Int }')
    const { status, stderr } = await failure('--supergraph', path)
    expect(status).toBe(1)
    expect(stderr).toContain('It has to be the composed file')
    expect(stderr).not.toContain('    at ')
  })

  test.each([
    [['--port', 'http'], '--port takes a whole number'],
    [['--port', '70000'], '--port takes a whole number'],
    [['--sharing', 'all'], '--sharing is one of none, fetches, inbound'],
    [['--colour'], '--colour'],
    [['--tls-cert', 'cert.pem'], '--tls-cert and --tls-key go together'],
    [['--tls-cert', 'none.pem', '--tls-key', 'none.pem'], 'The certificate cannot be used'],
  ])('with %j', async (args, told) => {
    const { status, stderr } = await failure('--supergraph', file, ...args)
    expect(status).toBe(1)
    expect(stderr).toContain(told)
  })

  test('with a port that is taken', async () => {
    await using taken = createServer().listen(0)
    await once(taken, 'listening')
    const port = String((taken.address() as AddressInfo).port)
    const { status, stderr } = await failure('--supergraph', file, '--port', port)
    expect(status).toBe(1)
    expect(stderr).toContain(`Port ${port} is taken`)
  })
})
