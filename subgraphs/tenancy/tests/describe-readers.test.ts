import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { describeReaders, type InputOf } from '@logicspike/internal-api'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()

type Among = InputOf<typeof describeReaders>['among']
const ask = (workspaceId: string, among: Among) =>
  tenancy.callAs('communication').call(describeReaders, { workspaceId, among })

const aTeam = () =>
  tenancy.aWorkspace().withMember().withRole('Host', ['tenancy:members.invite']).build()

describe('describe-readers', () => {
  test('names whoever holds a permission, by a template or a role of the workspace’s own', async () => {
    const team = await aTeam()
    const [, host] = team.others
    const holders = async (holds: string) =>
      (await ask(team.id, { holds }))?.readers.map(({ userId }) => userId)
    expect(await holders('tenancy:members.invite')).toEqual([team.owner.person.id, host?.person.id])
    expect(await holders('tenancy:workspace.transfer')).toEqual([team.owner.person.id])
    expect(await holders('no:such.thing')).toEqual([])
  })

  test('says how each is to be told: as they chose, else as the workspace did', async () => {
    const team = await aTeam()
    const [member] = team.others
    if (!member) throw new Error('unreachable')
    const patch = { locale: 'de-DE', timezone: 'Europe/Berlin', primaryColor: '#1a2b3c' }
    const owner = await team.owner.token()
    await tenancy.mutate(owner, 'updateWorkspaceSettings', { patch }, 'workspace { id }')
    const own = { patch: { timezone: 'Asia/Kolkata' } }
    await tenancy.mutate(await member.token(), 'updateMyPreferences', own, 'member { id }')
    const stranger = newId('user')
    const answer = await ask(team.id, { userIds: [member.person.id, stranger, 'usr_x'] })
    expect(answer?.workspace).toMatchObject({
      ...{ locale: 'de-DE', timezone: 'Europe/Berlin' },
      branding: { name: null, logoUrl: null, primaryColor: '#1a2b3c', accentColor: null },
    })
    expect(answer?.readers).toEqual([
      { userId: member.person.id, locale: 'de-DE', timezone: 'Asia/Kolkata' },
      { userId: stranger, locale: 'de-DE', timezone: 'Europe/Berlin' },
    ])
  })

  test('names no language where nobody has chosen one, for a person may have one of their own', async () => {
    const team = await aTeam()
    const answer = await ask(team.id, { userIds: [team.owner.person.id] })
    expect(answer?.workspace.locale).toBe('en')
    expect(answer?.readers).toMatchObject([{ locale: null, timezone: 'UTC' }])
  })

  test('answers for a workspace that nobody can enter', async () => {
    const team = await aTeam()
    await tenancy.mutate(await team.owner.token(), 'suspendWorkspace', null, 'workspace { id }')
    const answer = await ask(team.id, { holds: 'tenancy:workspace.read' })
    expect(answer?.readers.length).toBe(2)
  })

  test('knows nothing of a workspace that is not there, and nobody of another', async () => {
    expect(await ask(newId('workspace'), { holds: 'tenancy:workspace.read' })).toBeNull()
    expect(await ask('garbage', { userIds: [] })).toBeNull()
    const [team, foreign] = [await aTeam(), await aTeam()]
    const answer = await ask(team.id, { holds: 'tenancy:workspace.read' })
    const ids = answer?.readers.map(({ userId }) => userId)
    expect(ids).not.toContain(foreign.owner.person.id)
  })

  test('answers communication only', async () => {
    const { id } = await aTeam()
    const asking = tenancy
      .callAs('stranger')
      .call(describeReaders, { workspaceId: id, among: { userIds: [] } })
    await expect(asking).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
