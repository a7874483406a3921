import { describe, expect, test } from '@jest/globals'
import { createGatewayKey, createGatewayKeyring } from '@logicspike/auth'
import { newId } from '@logicspike/ids'
import {
  createInternalClient,
  describeUsers,
  identityEpochBumps,
  identityJwks,
  inProcessTransport,
} from '@logicspike/internal-api'
import { endSession } from '../src/modules/sessions/end-session.ts'
import { aSession, aUser } from './support/a-session.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'

const keys = { tenancy: createGatewayKey('tenancy'), blog: createGatewayKey('blog') }
const app = useIdentityTestApp({
  keyring: createGatewayKeyring(
    Object.entries(keys).map(([caller, { sha256 }]) => ({ caller, sha256 })),
  ),
})

const clientOf = (caller: keyof typeof keys) =>
  createInternalClient({
    identity: inProcessTransport(() => app().app.server.internal, keys[caller].value),
  })

describe('describeUsers', () => {
  test('tells who people are, and leaves out who does not exist', async () => {
    const user = await aUser(app())
    const answer = await clientOf('tenancy').call(describeUsers, {
      userIds: [user.id, newId('user'), 'nobody'],
    })
    expect(answer).toEqual([
      {
        id: user.id,
        email: user.email,
        emailVerified: true,
        displayName: 'Ann',
        locale: null,
        canSignIn: true,
      },
    ])
  })

  test.each([
    [`email_verified = false`, [false]],
    [`status = 'deactivated'`, [false]],
    [`status = 'closing', closing_to = 'deleted'`, [false]],
    [`status = 'deleted', email = null`, []],
  ])('where %s, says whether they can sign in: %j', async (change, expected) => {
    const user = await aUser(app())
    await app().database.asAdmin(`update identity.users set ${change} where id = $1`, [user.id])
    const answer = await clientOf('tenancy').call(describeUsers, { userIds: [user.id] })
    expect(answer.map(({ canSignIn }) => canSignIn)).toEqual(expected)
  })

  test('is not for every service', async () => {
    const question = clientOf('blog').call(describeUsers, { userIds: [] })
    await expect(question).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('recentEpochBumps', () => {
  test('tells of sessions that ended since, with the epoch that outlives them', async () => {
    const session = await aSession(app())
    const before = app().clock.now()
    app().clock.advance(1)
    await app().transaction((tx) =>
      endSession(tx, { sessionId: session.sessionId, reason: 'signed-out' }),
    )
    const bump = {
      subject: `session:${session.sessionId}`,
      epoch: 1,
      bumpedAt: app().clock.now().toISOString(),
    }
    const since = (at: Date) =>
      clientOf('tenancy').call(identityEpochBumps, { since: at.toISOString() })
    expect(await since(before)).toContainEqual(bump)
    app().clock.advance(1)
    expect(await since(app().clock.now())).not.toContainEqual(bump)
  })
})

describe('jwks', () => {
  test('gives public members of the keys, and nothing else', async () => {
    const { keys: published } = await clientOf('tenancy').call(identityJwks, {})
    expect(published).toHaveLength(2)
    for (const key of published) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'nbf', 'use'])
    }
  })
})
