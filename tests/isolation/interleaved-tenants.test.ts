import { beforeAll, describe, expect, test } from '@jest/globals'
import { usePlatform } from '@logicspike/testing'
import { everyTry, quickPasswords } from './support/identity-options.ts'
import { createVictim, type Victim } from './support/victim.ts'

/*
 * Two tenants at once over one platform (T6): 10,000 operations, of which 2,000 are requests of
 * clients through the gateway, each passing both subgraphs' doors, and 8,000 are reads and writes
 * of the subgraph's own entity managers. All share the platform's pools of five connections.
 */

const platform = usePlatform({ identity: { limits: everyTry, passwords: quickPasswords } })
const REQUESTS = 2_000
const STATEMENTS = 8_000
/** More than connections, so that each operation gets a connection that others have used. */
const WORKERS = 16

type Side = { readonly own: Victim; readonly other: Victim; readonly token: string }
let sides: readonly [Side, Side]

beforeAll(async () => {
  const a = await createVictim(platform())
  const b = await createVictim(platform())
  sides = [
    { own: a, other: b, token: await a.ownerToken() },
    { own: b, other: a, token: await b.ownerToken() },
  ]
})

const secretsOf = ({ secrets, knownToMembers }: Victim) => [...secrets, ...knownToMembers]

/** Runs `count` operations, by turns of uneven length of both tenants, many at a time. */
async function interleave(count: number, operate: (side: Side, n: number) => Promise<void>) {
  let next = 0
  const work = async () => {
    while (next < count) {
      const n = next++
      await operate(sides[n % 3 === 0 ? 0 : 1], n)
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  return next
}

const READS = [
  '{ workspace { id name slug } viewer { user { id email } } }',
  '{ members(first: 5) { edges { node { id user { id displayName email } } } } }',
  '{ invitations(first: 5) { edges { node { id email } } } roles { id name } }',
  '{ viewer { memberships(first: 5) { edges { node { workspace { id name } } } } settings { branding { name { value } } } } }',
]
const WRITE = `mutation ($input: UpdateMyPreferencesInput!) {
  updateMyPreferences(input: $input) { member { id user { email } } userErrors { __typename } }
}`

describe('two tenants at once', () => {
  test('2,000 requests through the gateway leak nothing', async () => {
    const faults: string[] = []
    const done = await interleave(REQUESTS, async ({ own, other, token }, n) => {
      const isWrite = n % 10 === 0
      const input = { patch: { weekStart: n % 20 === 0 ? 'MONDAY' : 'SUNDAY' } }
      const reply = isWrite
        ? await platform().graphql(WRITE, { input }, { token })
        : await platform().graphql(READS[n % READS.length] ?? '', {}, { token })
      const text = JSON.stringify([reply.data, reply.errors])
      const leaks = secretsOf(other).filter((secret) => text.includes(secret))
      const answersOwn = secretsOf(own).some((known) => text.includes(known))
      if (leaks.length > 0 || reply.errors.length > 0 || !answersOwn) faults.push(text)
    })
    expect(faults).toEqual([])
    expect(done).toBe(REQUESTS)
  }, 180_000)

  test('8,000 statements of entity managers leak nothing', async () => {
    const faults: unknown[] = []
    const statements = [
      'select id, tenant_id from tenancy.memberships',
      'select id, tenant_id from tenancy.invitations order by id desc limit 5',
      'select id, tenant_id from tenancy.roles limit 10',
      `update tenancy.roles set name = name
       where id in (select id from tenancy.roles limit 1 for update skip locked) returning tenant_id`,
      'select tenant_id, 1 / 0 from tenancy.memberships',
    ]
    const done = await interleave(STATEMENTS, async ({ own }, n) => {
      const em = platform().database.forkFor('tenancy', { tenantId: own.workspace.id })
      const sql = statements[n % statements.length] ?? ''
      const asked = em.execute<{ tenant_id: string }[]>(sql)
      const rows = await (sql.includes('/ 0') ? asked.catch(() => []) : asked)
      faults.push(...rows.filter(({ tenant_id }) => tenant_id !== own.workspace.id))
      if (n % 50 !== 0) return
      const nobody = platform().database.forkFor('tenancy', { tenantId: null })
      faults.push(...(await nobody.execute('select tenant_id from tenancy.memberships')))
    })
    expect(faults).toEqual([])
    expect(done).toBe(STATEMENTS)
  }, 180_000)
})
