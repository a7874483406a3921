import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { writeWorkspaceWord } from '../src/modules/preferences/preference.repository.ts'
import { preferencesOf } from '../src/modules/preferences/preferences-of.ts'
import { unsubscribe } from '../src/modules/unsubscribe/unsubscribe.ts'
import { useCommunication } from './support/communication-test-app.ts'

const comm = useCommunication()
const members = { category: 'MEMBERS', channel: 'EMAIL' } as const

function somebody() {
  const place = { workspaceId: newId('workspace'), userId: newId('user') }
  const by = { ...place, ...members }
  const context = () => comm.app.contexts.forCall('req_test')
  return {
    place,
    unsubscribe: (request: Partial<Parameters<typeof unsubscribe>[1]> = {}) =>
      unsubscribe(context(), { ...by, ...request }),
    wants: async (
      category: string,
      channel = 'EMAIL',
      workspaceId: typeof place.workspaceId | null = place.workspaceId,
    ) => {
      const { switches } = await comm.within({ ...place, workspaceId }, (tx) =>
        preferencesOf(tx, place.userId),
      )
      return switches.find((it) => it.category === category && it.channel === channel)?.enabled
    },
    decide: (word: { enabled: boolean; locked: boolean }) =>
      comm.within(place, (tx) =>
        writeWorkspaceWord({ ...tx, workspaceId: place.workspaceId }, members, word),
      ),
  }
}

describe('whoever unsubscribes', () => {
  test('gets no more mails of the category in the workspace, and everything else', async () => {
    const { unsubscribe, wants } = somebody()
    expect(await unsubscribe()).toBe('done')
    expect(await wants('MEMBERS')).toBe(false)
    expect([await wants('WORKSPACE'), await wants('MEMBERS', 'IN_APP')]).toEqual([true, true])
  })

  test('may do so for what happens in no workspace', async () => {
    const { unsubscribe, wants } = somebody()
    expect(await unsubscribe({ workspaceId: null, category: 'ACCOUNT' })).toBe('done')
    expect([await wants('ACCOUNT', 'EMAIL', null), await wants('ACCOUNT')]).toEqual([false, true])
  })

  test('many times at once has done so once', async () => {
    const { unsubscribe, wants } = somebody()
    const answers = await Promise.all(Array.from({ length: 5 }, () => unsubscribe()))
    expect(answers).toEqual(Array(5).fill('done'))
    expect(await wants('MEMBERS')).toBe(false)
  })

  test('from what the workspace has decided for everybody is told so', async () => {
    const { unsubscribe, wants, decide } = somebody()
    await decide({ enabled: true, locked: true })
    expect(await unsubscribe()).toBe('mandatory')
    expect(await wants('MEMBERS')).toBe(true)
    await decide({ enabled: false, locked: true })
    expect(await unsubscribe()).toBe('done')
  })
})
