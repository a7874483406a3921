import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ACCESS_TOKEN_AUDIENCE } from '@logicspike/auth'
import { tokenForge } from '@logicspike/auth/testing'
import { useTestDatabase } from '@logicspike/database/testing'
import { createSequencer, eventsDatabase, publishEvent, type Sequencer } from '@logicspike/events'
import { outboxDatabase } from '@logicspike/events/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { compose } from './support/compose.ts'
import { identity as identityStory, tenancy as tenancyStory } from './support/story-subgraphs.ts'
import { createTestSubgraph, type TestSubgraph } from './support/test-subgraph.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const ISSUER = 'https://platform.example'
const KEY = `gateway.${'k'.repeat(43)}`
const log = createLogger({ name: 'test', level: 'silent' })
const clock = { now: () => new Date() }
const forge = tokenForge({
  issuer: ISSUER,
  audience: ACCESS_TOKEN_AUDIENCE,
  clock,
})
/** The event log, and the outbox of identity, from which revocations come into it. */
const database = useTestDatabase({ services: [eventsDatabase, outboxDatabase('identity')] })

let identity: TestSubgraph
let tenancy: TestSubgraph
let folder: string
let child: ChildProcess | undefined
let sequencer: Sequencer | undefined
let identityUrl: string
let tenancyUrl: string
const bumps: object[] = []

beforeEach(async () => {
  bumps.length = 0
  const answerBumps = (source: readonly object[]) => async () => source
  identity = createTestSubgraph('identity', {
    ...identityStory,
    routes(http) {
      http.get('/.well-known/jwks.json', async () => forge.jwks())
      http.post('/internal/recent-epoch-bumps', answerBumps(bumps))
    },
  })
  tenancy = createTestSubgraph('tenancy', {
    ...tenancyStory,
    routes: (http) => http.post('/internal/recent-epoch-bumps', answerBumps([])),
  })
  identityUrl = `http://127.0.0.1:${await identity.listen()}`
  tenancyUrl = `http://127.0.0.1:${await tenancy.listen()}`
  folder = await mkdtemp(join(tmpdir(), 'gateway-main-'))
  const { sdl } = compose({ identity: identity.sdl, tenancy: tenancy.sdl })
  await writeFile(join(folder, 'supergraph.graphql'), sdl)
})
afterEach(async () => {
  if (child && isRunning(child)) {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  child = undefined
  await sequencer?.stop()
  sequencer = undefined
  await Promise.all([identity.close(), tenancy.close(), rm(folder, { recursive: true })])
})

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null

type Line = { msg: string } & Record<string, unknown>

/** Starts the process and resolves with its address once it listens. */
async function start(variables: Record<string, string> = {}) {
  const started = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      SUPERGRAPH_FILE: join(folder, 'supergraph.graphql'),
      IDENTITY_URL: identityUrl,
      TENANCY_URL: tenancyUrl,
      // Of the other subgraphs, the supergraph here has none.
      BILLING_URL: tenancyUrl,
      DEVELOPER_URL: tenancyUrl,
      COMMUNICATION_URL: tenancyUrl,
      GATEWAY_KEY: KEY,
      ISSUER,
      EVENTS_URL: database.roleUrl('events', 'reader'),
      EVENTS_CONSUMER_URL: database.roleUrl('events', 'consumer'),
      EPOCH_POLL_MS: '20',
      DRAIN_DELAY_MS: '0',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  for await (const text of createInterface({ input: started.stdout })) {
    const line = JSON.parse(text) as Line
    const url = /Server listening at (\S+)/.exec(line.msg)?.[1]
    if (!url) continue
    // A pipe that nobody empties would stop the process at one of its later lines.
    started.stdout.resume()
    return { started, url }
  }
  throw new Error('ended before it listened')
}

const aBump = (epoch: number) => ({
  subject: `session:${String(forge.claims().sid)}`,
  epoch,
  bumpedAt: clock.now().toISOString(),
})

/** A revocation comes into the event log, and nowhere else. */
const publishBump = (epoch: number): Promise<void> =>
  database.forkFor('identity', { tenantId: null }).transactional(async (em) => {
    const ctx = { em, ids: newId, clock, actor: null, requestId: 'req-12345678' }
    const data = aBump(epoch)
    await publishEvent(ctx, {
      type: 'epoch.bumped',
      workspaceId: null,
      subject: data.subject,
      data,
    })
  })

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate)
}

const ask = async (url: string, query: string, token?: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      connection: 'close',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, body: (await response.json()) as { data?: unknown } }
}
const isReady = async (url: string) => (await fetch(`${url}/readyz`)).status === 200

describe('the gateway as a process', () => {
  test('learns keys and revocations from the services, serves, and ends by SIGTERM', async () => {
    const { started, url } = await start()
    await until(() => isReady(url))
    const token = forge.sign(forge.claims())
    expect(await ask(url, '{ me { name title } }', token)).toEqual({
      status: 200,
      body: { data: { me: { name: 'Ada', title: 'Owner' } } },
    })
    expect(tenancy.received[0]?.headers['x-gateway-key']).toBe(KEY)
    const sequencerUrl = database.roleUrl('events', 'sequencer')
    sequencer = createSequencer({ url: sequencerUrl, outboxes: { identity: sequencerUrl }, log })
    sequencer.start()
    let epoch = 0
    // More than once: from when on the process follows the log, nobody outside it knows.
    await until(async () => {
      epoch += 1
      await publishBump(epoch)
      return (await ask(url, '{ version }', token)).status === 401
    })
    started.kill('SIGTERM')
    expect(await once(started, 'exit')).toEqual([0, null])
  })

  test('without the event log it serves, and asks the services for revocations', async () => {
    const nobody = 'postgres://events_consumer:secret@127.0.0.1:1/events'
    const { started, url } = await start({ EVENTS_URL: nobody, EVENTS_CONSUMER_URL: nobody })
    await until(() => isReady(url))
    const token = forge.sign(forge.claims())
    expect((await ask(url, '{ version }', token)).status).toBe(200)
    bumps.push(aBump(1))
    await until(async () => (await ask(url, '{ version }', token)).status === 401)
    started.kill('SIGTERM')
    expect(await once(started, 'exit')).toEqual([0, null])
  })

  test('starts without its subgraphs and becomes ready when they come', async () => {
    const port = Number(new URL(identityUrl).port)
    await identity.close()
    const { url } = await start()
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const response = await fetch(`${url}/readyz`)
    expect(await response.json()).toMatchObject({
      parts: { keys: { status: 'not-ready' }, epochs: { status: 'not-ready' } },
    })
    expect((await ask(url, '{ version }')).body.data).toEqual({ version: '1' })
    identity = createTestSubgraph('identity', {
      ...identityStory,
      routes(http) {
        http.get('/.well-known/jwks.json', async () => forge.jwks())
        http.post('/internal/recent-epoch-bumps', async () => [])
      },
    })
    await identity.listen(port)
    await until(() => isReady(url))
  })

  test('takes up a new supergraph while it runs', async () => {
    const { url } = await start()
    const { sdl } = compose({ tenancy: 'type Query { version: String @authenticated }' })
    await writeFile(join(folder, 'supergraph.graphql'), sdl)
    await until(async () => (await ask(url, '{ users { id } }')).status === 400)
    expect((await ask(url, '{ version }')).body.data).toEqual({ version: null })
  })
})

describe('what keeps it from starting', () => {
  async function failure(variables: Record<string, string>): Promise<string> {
    const started = start(variables)
    await expect(started).rejects.toThrow('ended before it listened')
    const parts: Buffer[] = []
    for await (const part of child?.stderr ?? []) parts.push(part)
    return Buffer.concat(parts).toString()
  }

  test('every variable that is missing or wrong is named, none of their values', async () => {
    const text = await failure({
      ISSUER: '',
      IDENTITY_URL: 'no-url-at-all',
      GATEWAY_KEY: 'identity.stolen',
    })
    expect(text).toMatch(/ISSUER/)
    expect(text).toMatch(/IDENTITY_URL/)
    expect(text).toMatch(/GATEWAY_KEY/)
    expect(text).not.toMatch(/no-url-at-all|stolen|at async|\.ts:/)
  })

  test('a development secret, in production', async () => {
    const key = 'gateway.development-only-key-of-gateway'
    const text = await failure({ NODE_ENV: 'production', GATEWAY_KEY: key })
    expect(text).toMatch(/development secrets.*GATEWAY_KEY/)
    expect(text).not.toContain(key)
  })

  test('a certificate without its key', async () => {
    expect(await failure({ TLS_CERT_FILE: join(folder, 'cert.pem') })).toMatch(
      /TLS_KEY_FILE: goes with TLS_CERT_FILE/,
    )
  })

  test('a supergraph that is not there', async () => {
    expect(await failure({ SUPERGRAPH_FILE: join(folder, 'other.graphql') })).toMatch(/ENOENT/)
  })
})
