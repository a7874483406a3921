import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createServices, type Person, type TestServices } from '@logicspike/testing'

let platform: TestServices
let ann: Person

beforeAll(async () => {
  platform = await createServices()
  ann = await platform.aPerson()
})

afterAll(() => platform?.close(), 60_000)

const WHO = '{ viewer { user { id displayName } permissions } }'
const ask = () => platform.graphql(WHO, {}, { token: ann.token })

/** Asks until the answer is as wanted: recovery takes as long as it takes, but must come. */
async function until(wanted: (answer: Awaited<ReturnType<typeof ask>>) => boolean) {
  const deadline = Date.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (Date.now() > deadline) throw new Error(`Still ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('services as processes of their own', () => {
  test('work together', async () => {
    const { data, errors } = await ask()
    expect(errors).toEqual([])
    expect(data.viewer.user).toEqual({ id: ann.id, displayName: ann.displayName })
  })

  test('a subgraph that stops in the middle of a request takes only its own fields with it', async () => {
    const identity = platform.services.process('identity')
    process.kill(identity.pid, 'SIGSTOP')
    const asked = ask()
    process.kill(identity.pid, 'SIGKILL')
    const { data, errors } = await asked
    expect(data.viewer).toEqual({ permissions: [], user: null })
    expect(errors).toEqual([
      expect.objectContaining({
        path: expect.arrayContaining(['viewer', 'user']),
        extensions: expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE' }),
      }),
    ])
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|localhost|ECONN|identity/)
  })

  test('a subgraph that comes back is used again, without a restart of the gateway', async () => {
    await platform.services.restart('identity')
    const { data } = await until(({ errors }) => errors.length === 0)
    expect(data.viewer.user.displayName).toBe(ann.displayName)
  })

  test('a database that stops is told as a failure without its words, and recovers by itself', async () => {
    await platform.stopDatabase()
    const { errors, status } = await ask()
    expect(status).toBe(200)
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL'])
    expect(JSON.stringify(errors)).not.toMatch(/postgres|ECONN|5432|connection/i)
    const unready = await fetch(`${platform.services.process('tenancy').url}/readyz`)
    expect(unready.status).toBe(503)

    await platform.startDatabase()
    const { data } = await until((answer) => answer.errors.length === 0)
    expect(data.viewer.user.displayName).toBe(ann.displayName)
  })

  test('a gateway that is asked to end answers what it has begun', async () => {
    const gateway = platform.services.process('gateway')
    const tenancy = platform.services.process('tenancy')
    process.kill(tenancy.pid, 'SIGSTOP')
    const asked = Array.from({ length: 20 }, ask)
    // Connections are taken in order: once this one is answered, the gateway has all before it.
    await fetch(`${gateway.url}/healthz`)
    const stopped = gateway.stop()
    process.kill(tenancy.pid, 'SIGCONT')
    const [code, ...answers] = await Promise.all([stopped, ...asked])
    expect(code).toBe(0)
    expect(answers.flatMap(({ errors }) => errors)).toEqual([])
    await platform.services.restart('gateway')
    await until(({ errors }) => errors.length === 0)
  })
})
