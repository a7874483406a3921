import { describe, expect, test } from '@jest/globals'
import { inWorkspace } from '../src/context.ts'
import { Member } from '../src/modules/members/member.entity.ts'
import { Role } from '../src/modules/roles/role.entity.ts'
import { createReadTogether } from '../src/read-together.ts'
import { recordQueries } from './support/record-queries.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const { log, queries } = recordQueries()
const tenancy = useTenancy({}, log)

async function aReader() {
  const workspace = await tenancy.aWorkspace().withMember().build()
  const { em } = inWorkspace(tenancy.app.contexts.forJob('test'), workspace.id)
  queries.length = 0
  return { workspace, read: createReadTogether(em) }
}
const transactions = () => queries.filter((query) => query.startsWith('start transaction'))

describe('reads of one moment', () => {
  test('share a transaction, and see the workspace only', async () => {
    const { workspace, read } = await aReader()
    await tenancy.aWorkspace().withMember().build()
    queries.length = 0
    const counts = await Promise.all(
      Array.from({ length: 10 }, () => read((em) => em.count(Member, {}))),
    )
    expect(counts).toEqual(Array(10).fill(2))
    expect(transactions()).toHaveLength(1)
    expect(workspace.others).toHaveLength(1)
  })

  test('and those that their answers lead to join in', async () => {
    const { read } = await aReader()
    const members = await read((em) => em.find(Member, {}))
    const roles = await Promise.all(
      members.map(({ roleId }) => read((em) => em.findOneOrFail(Role, { id: roleId }))),
    )
    expect(roles.map(({ name }) => name).sort()).toEqual(['Member', 'Owner'])
    expect(transactions()).toHaveLength(1)
  })

  test('a read that fails fails alone', async () => {
    const { read } = await aReader()
    const outcomes = await Promise.allSettled([
      read((em) => em.count(Member, {})),
      read((em) => em.execute('select no_such_column from memberships')),
      read((em) => em.count(Role, {})),
      read(() => Promise.reject(new Error('changed my mind'))),
      read((em) => em.count(Member, {})),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })

  test('cannot write', async () => {
    const { read } = await aReader()
    const writing = read((em) => em.execute('delete from memberships'))
    await expect(writing).rejects.toThrow(/read-only transaction/)
  })

  test('nothing stays open behind them', async () => {
    const { workspace, read } = await aReader()
    await read((em) => em.count(Member, {}))
    await read((em) => em.count(Role, {}))
    const begun = transactions().length
    // Minting a token goes to the database and back, long after the last wave.
    await workspace.owner.token()
    const ended = queries.filter((query) => query === 'commit')
    expect(ended.length).toBeGreaterThanOrEqual(begun)
  })
})
