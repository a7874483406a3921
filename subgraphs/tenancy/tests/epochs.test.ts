import { describe, expect, test } from '@jest/globals'
import { memberSubject } from '@logicspike/auth'
import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import { inWorkspace } from '../src/context.ts'
import { bumpUser } from '../src/modules/epochs/bump-epochs.ts'
import { forgetOldBumps } from '../src/modules/epochs/forget-old-bumps.job.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const bumpsOf = (subject: string) =>
  tenancy.database.asAdmin<{ epoch: number }>(
    'select epoch from tenancy.epoch_bumps where subject = $1',
    [subject],
  )

describe('epochs', () => {
  test('are noted under the subject that verifiers look for', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    const input = { memberId: member?.memberId, roleId: workspace.roles.Admin }
    await tenancy.mutate(await workspace.owner.token(), 'changeMemberRole', input, 'member { id }')
    const subject = memberSubject(workspace.id, member?.person.id ?? '')
    expect(await bumpsOf(subject)).toEqual([{ epoch: 1 }])
  })

  test('rise by one each, however many transactions raise one at once', async () => {
    const { id, owner } = await tenancy.aWorkspace().build()
    const raise = () =>
      inTransaction(inWorkspace(tenancy.app.contexts.forJob('test'), id), async (tx) =>
        ok(await bumpUser(tx, owner.person.id)),
      )
    await Promise.all(Array.from({ length: 12 }, raise))
    expect(await bumpsOf(memberSubject(id, owner.person.id))).toEqual([{ epoch: 12 }])
  })

  test('are not raised by a change that is rolled back', async () => {
    const { id, owner } = await tenancy.aWorkspace().build()
    const failing = inTransaction(
      inWorkspace(tenancy.app.contexts.forJob('test'), id),
      async (tx) => {
        await bumpUser(tx, owner.person.id)
        throw new Error('changed my mind')
      },
    )
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await bumpsOf(memberSubject(id, owner.person.id))).toEqual([])
  })

  test('are forgotten by verifiers’ list after an hour, and never by the workspace', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    const input = { memberId: member?.memberId, roleId: workspace.roles.Admin }
    await tenancy.mutate(await workspace.owner.token(), 'changeMemberRole', input, 'member { id }')
    const subject = memberSubject(workspace.id, member?.person.id ?? '')
    const forget = () => forgetOldBumps(tenancy.app.contexts.forJob('test'))
    tenancy.clock.advance(3_599)
    await forget()
    expect(await bumpsOf(subject)).toHaveLength(1)
    tenancy.clock.advance(2)
    expect(await forget()).toBeGreaterThan(0)
    expect(await bumpsOf(subject)).toEqual([])
    const [kept] = await tenancy.database.asAdmin(
      'select epoch from tenancy.membership_epochs where tenant_id = $1 and user_id = $2',
      [workspace.id, member?.person.id],
    )
    expect(kept).toEqual({ epoch: 1 })
  })
})
