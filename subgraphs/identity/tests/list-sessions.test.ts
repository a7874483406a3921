import { describe, expect, test } from '@jest/globals'
import { aSession, aUser } from './support/a-session.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { SIGN_OUT } from './support/session-operations.ts'

const app = useIdentityTestApp()

const SESSIONS = `query ($user: _Any!, $first: Int, $after: String) {
  _entities(representations: [$user]) {
    ... on User {
      sessions(first: $first, after: $after) {
        edges { cursor node {
          id isCurrent createdAt lastUsedAt expiresAt ipAddress userAgent authenticationMethods
        } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
}`

const list = (token: string, userId: string, page: { first?: number; after?: string } = {}) =>
  app().execute(SESSIONS, { user: { __typename: 'User', id: userId }, ...page }, { token })

/** A user with three sessions, the newest first. */
async function aUserWithSessions() {
  const user = await aUser(app())
  const sessions = []
  for (let count = 0; count < 3; count++) {
    sessions.unshift(await aSession(app(), { user, amr: ['pwd', 'otp', 'mfa'] }))
    app().clock.advance(1)
  }
  const [newest] = sessions
  if (!newest) throw new Error('unreachable')
  return { user, sessions, token: newest.accessToken }
}

type Answer = Awaited<ReturnType<typeof list>>
const connectionOf = (answer: Answer) => answer.data._entities[0].sessions
const idsOf = (answer: Answer): string[] =>
  connectionOf(answer).edges.map(({ node }: { node: { id: string } }) => node.id)

describe("a user's list of sessions", () => {
  test('shows what is live, newest first, and which is the own', async () => {
    const { user, sessions, token } = await aUserWithSessions()
    const answer = await list(token, user.id)
    expect(idsOf(answer)).toEqual(sessions.map(({ sessionId }) => sessionId))
    const nodes = connectionOf(answer).edges.map(({ node }: { node: object }) => node)
    expect(nodes.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([
      true,
      false,
      false,
    ])
    expect(nodes[0]).toMatchObject({
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
      authenticationMethods: ['MULTI_FACTOR', 'ONE_TIME_CODE', 'PASSWORD'],
    })
  })

  test('leaves out what has ended or expired', async () => {
    const { user, sessions } = await aUserWithSessions()
    await app().execute(SIGN_OUT, { input: {} }, { token: sessions[1]?.accessToken })
    app().clock.advance(15 * 86_400)
    const fresh = await aSession(app(), { user })
    expect(idsOf(await list(fresh.accessToken, user.id))).toEqual([fresh.sessionId])
  })

  test('is paged', async () => {
    const { user, sessions, token } = await aUserWithSessions()
    const first = await list(token, user.id, { first: 2 })
    expect(connectionOf(first).pageInfo).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: false,
    })
    const after = connectionOf(first).pageInfo.endCursor
    const second = await list(token, user.id, { first: 2, after })
    expect([...idsOf(first), ...idsOf(second)]).toEqual(sessions.map(({ sessionId }) => sessionId))
    expect(connectionOf(second).pageInfo).toMatchObject({
      hasNextPage: false,
      hasPreviousPage: true,
    })
    const { endCursor } = connectionOf(second).pageInfo
    const beyond = await list(token, user.id, { after: endCursor })
    expect(connectionOf(beyond)).toMatchObject({
      edges: [],
      pageInfo: { startCursor: null, endCursor: null },
    })
  })

  test.each([{ first: 0 }, { first: 101 }, { first: -1 }, { after: 'no-cursor' }, { after: '' }])(
    'refuses the page %j',
    async (page) => {
      const { user, token } = await aUserWithSessions()
      const answer = await list(token, user.id, page)
      expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    },
  )

  test('is for nobody else, not even a fellow member (F1)', async () => {
    const { user } = await aUserWithSessions()
    const stranger = await aSession(app())
    const answer = await list(stranger.accessToken, user.id)
    expect(answer.data._entities[0]?.sessions ?? null).toBeNull()
  })
})
