import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Agent, request } from 'undici'
import { compose } from './support/compose.ts'
import { createTestSubgraph, type TestSubgraph } from './support/test-subgraph.ts'

const SERVE = fileURLToPath(new URL('../src/serve.ts', import.meta.url))
const CONNECTIONS = 20
const SWAPS = 3

const slow = Promise.withResolvers<string>()
/** The subgraphs can do all that any of the supergraphs says. */
const USERS = (fields: string) => `
  type Query { users: [User!]! slow: String ${fields} }
  type User @key(fields: "id") { id: ID! name: String ${fields} }`
const POSTS = 'type User @key(fields: "id") { id: ID! posts: [String!]! }'
const EVERY = ['swap0', 'swap1', 'swap2', 'old']

const people = [
  { id: '1', name: 'Ada' },
  { id: '2', name: 'Bob' },
]
const swaps = Object.fromEntries(EVERY.map((name) => [name, () => name]))

let users: TestSubgraph
let posts: TestSubgraph
let folder: string
let child: ChildProcess
let url: string
const agent = new Agent({ connections: CONNECTIONS + 2 })

beforeAll(async () => {
  users = createTestSubgraph('users', {
    sdl: USERS(EVERY.map((name) => `${name}: String`).join(' ')),
    resolvers: {
      Query: { users: () => people, slow: () => slow.promise, ...swaps },
      User: { __resolveReference: ({ id }: { id: string }) => people[Number(id) - 1] },
    },
  })
  posts = createTestSubgraph('posts', { sdl: POSTS, resolvers: { User: { posts: () => ['a'] } } })
  folder = await mkdtemp(join(tmpdir(), 'gateway-swap-'))
  urls.users = `http://127.0.0.1:${await users.listen()}/graphql`
  urls.posts = `http://127.0.0.1:${await posts.listen()}/graphql`
  await put('old: String')
  child = spawn(
    process.execPath,
    [SERVE, '--supergraph', join(folder, 'supergraph'), '--port', '0'],
    {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  url = await listening(child)
})
afterAll(async () => {
  slow.resolve('')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await agent.destroy()
  await Promise.all([users.close(), posts.close(), rm(folder, { recursive: true })])
})

const urls: Record<string, string> = {}

/** As deployments do: the file is another at once, never half of one. */
async function put(fields: string): Promise<void> {
  const { sdl } = compose({ users: USERS(fields), posts: POSTS }, (name) => urls[name] ?? '')
  await writeFile(join(folder, 'next'), sdl)
  await rename(join(folder, 'next'), join(folder, 'supergraph'))
}

async function listening({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('no output')
  for await (const line of createInterface({ input: stdout })) {
    const found = /http:\/\/localhost:\d+/.exec(line)?.[0]
    if (!found) continue
    stdout.resume()
    return found
  }
  throw new Error('it ended before it served')
}

async function ask(query: string): Promise<string> {
  const { statusCode, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    dispatcher: agent,
  })
  return `${statusCode} ${await body.text()}`
}

const userList = (extra: object) =>
  JSON.stringify({ data: { users: people.map((user) => ({ name: user.name, ...extra })) } })
/** Operations that every supergraph can answer, with what they are answered. */
const OPERATIONS: readonly (readonly [string, string])[] = [
  ['{ users { name } }', userList({})],
  ['{ users { name posts } }', userList({ posts: ['a'] })],
  ['{ __typename }', '{"data":{"__typename":"Query"}}'],
]

test('a supergraph that is swapped under load fails no request, and lets those under way end', async () => {
  const wrong = new Set<string>()
  let answered = 0
  let isOver = false

  async function client(at: number): Promise<void> {
    for (let round = at; !isOver; round += 1) {
      const known = OPERATIONS[round % OPERATIONS.length]
      // One in four is new to the gateway, so that some are planned while the planner changes.
      const [query, expected] = round % 4 === 0 ? newOperation(at, round) : (known ?? ['', ''])
      const answer = await ask(query).catch(String)
      answered += 1
      if (answer !== `200 ${expected}`) wrong.add(`${query}: ${answer}`)
    }
  }

  const clients = Array.from({ length: CONNECTIONS }, (_, at) => client(at))
  const early = ask('{ slow old users { old posts } }')
  while (!users.received.some(({ query }) => query.includes('slow'))) await turn()
  for (let swap = 0; swap < SWAPS; swap += 1) {
    const before = answered
    await put(`swap${swap}: String`)
    while (!(await ask(`{ swap${swap} }`)).startsWith('200 {"data"')) await turn()
    while (answered < before + 100) await turn()
  }
  isOver = true
  await Promise.all(clients)
  expect([...wrong]).toEqual([])

  expect(await ask('{ old }')).toContain('GRAPHQL_VALIDATION_FAILED')
  slow.resolve('late')
  expect(await early).toBe(
    `200 ${JSON.stringify({
      data: { slow: 'late', old: 'old', users: people.map(() => ({ old: null, posts: ['a'] })) },
    })}`,
  )
}, 30_000)

const turn = () => new Promise(setImmediate)

function newOperation(client: number, round: number): [string, string] {
  const alias = `a${client}_${round}`
  return [`{ users { name ${alias}: posts } }`, userList({ [alias]: ['a'] })]
}
