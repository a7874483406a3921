import { expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { startSession } from '../src/modules/sessions/start-session.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'

const app = useIdentityTestApp()

test('a session starts', async () => {
  const tokens = await app().transaction((tx) =>
    startSession(tx, { userId: newId('user'), amr: ['pwd'], delivery: 'PAYLOAD' }),
  )
  expect(tokens.refreshToken).toContain(tokens.session.id)
  const answer = await app().execute('{ __typename }', {}, { token: tokens.accessToken })
  expect(answer.errors).toEqual([])
  expect(await app().events()).toMatchObject([{ type: 'session.started' }])
})
