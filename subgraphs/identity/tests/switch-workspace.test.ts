import { describe, expect, test } from '@jest/globals'
import { isId, newId } from '@logicspike/ids'
import { decodeJwt } from 'jose'
import { aSession } from './support/a-session.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { refresh, SWITCH, statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp()

const enter = (token: string, workspaceId: string) =>
  app().execute(SWITCH, { input: { workspaceId } }, { token })

/** A member of a workspace, signed in. */
async function aMember(membership = {}, amr = ['pwd']) {
  const session = await aSession(app(), { amr })
  const workspaceId = newId('workspace')
  app().tenancy.join(session.userId, workspaceId, membership)
  return { ...session, workspaceId }
}

describe('switchWorkspace', () => {
  test('gives a token for the workspace and says which', async () => {
    const { accessToken, workspaceId, sessionId } = await aMember({
      permissions: ['tenancy:workspace.read', 'blog:posts.write', 'tenancy:members.read'],
      services: ['media', 'blog'],
      epoch: 7,
    })
    const answer = await enter(accessToken, workspaceId)
    expect(answer.data.switchWorkspace).toEqual({
      tokens: {
        accessToken: expect.any(String),
        expiresAt: expect.any(String),
        refreshToken: null,
        workspace: { id: workspaceId },
        session: { id: sessionId },
      },
      userErrors: [],
    })
    expect(decodeJwt(answer.data.switchWorkspace.tokens.accessToken)).toMatchObject({
      tid: workspaceId,
      sid: sessionId,
      scope: 'blog:posts.write tenancy:members.read tenancy:workspace.read',
      services: ['blog', 'media'],
      ep: { s: 0, m: 7 },
    })
  })

  test('leaves the refresh token and the tokens of other tabs as they are (S6)', async () => {
    const { accessToken, refreshToken, workspaceId } = await aMember()
    const answer = await enter(accessToken, workspaceId)
    const switched = answer.data.switchWorkspace.tokens.accessToken
    expect(decodeJwt(switched).jti).not.toBe(decodeJwt(accessToken).jti)
    expect(await statusOf(app(), accessToken)).toBe('OK')
    expect(await statusOf(app(), switched)).toBe('OK')
    const refreshed = await refresh(app(), refreshToken)
    expect(refreshed.data.refreshSession.tokens.workspace).toBeNull()
  })

  test('keeps no copied token alive: the new one ends when the presented one does', async () => {
    const { accessToken, workspaceId } = await aMember()
    app().clock.advance(200)
    const first = (await enter(accessToken, workspaceId)).data.switchWorkspace.tokens
    expect(decodeJwt(first.accessToken).exp).toBe(decodeJwt(accessToken).exp)
    app().clock.advance(50)
    const second = (await enter(first.accessToken, workspaceId)).data.switchWorkspace.tokens
    expect(decodeJwt(second.accessToken).exp).toBe(decodeJwt(accessToken).exp)
    app().clock.advance(90)
    expect(await statusOf(app(), second.accessToken)).toBe('UNAUTHENTICATED')
  })

  test('goes from one workspace to another, each by its own token', async () => {
    const { accessToken, userId, workspaceId } = await aMember()
    const other = newId('workspace')
    app().tenancy.join(userId, other, { permissions: ['tenancy:settings.read'] })
    const first = await enter(accessToken, workspaceId)
    const second = await enter(first.data.switchWorkspace.tokens.accessToken, other)
    expect(decodeJwt(second.data.switchWorkspace.tokens.accessToken)).toMatchObject({
      tid: other,
      scope: 'tenancy:settings.read',
    })
  })

  test('asks tenancy at every mint', async () => {
    const { accessToken, userId, workspaceId } = await aMember()
    const askedBefore = app().tenancy.asked.length
    await enter(accessToken, workspaceId)
    await enter(accessToken, workspaceId)
    expect(app().tenancy.asked.slice(askedBefore)).toEqual([
      { userId, workspaceId },
      { userId, workspaceId },
    ])
  })

  test('answers alike for a workspace that is foreign, absent, deleted or no id at all', async () => {
    const member = await aMember()
    const deleted = newId('workspace')
    app().tenancy.answer(member.userId, deleted, { status: 'deleted' })
    const foreign = (await aMember()).workspaceId
    const answers = []
    for (const id of [foreign, newId('workspace'), deleted, 'wks_1', newId('user'), '']) {
      answers.push((await enter(member.accessToken, id)).data.switchWorkspace)
    }
    const refusal = {
      tokens: null,
      userErrors: [
        {
          __typename: 'WorkspaceNotAccessibleError',
          message: 'There is no such workspace for you.',
          path: ['workspaceId'],
        },
      ],
    }
    expect(answers).toEqual(answers.map(() => refusal))
  })

  test('tells a member that the workspace is suspended', async () => {
    const { accessToken, userId, workspaceId } = await aMember()
    app().tenancy.answer(userId, workspaceId, { status: 'suspended' })
    const answer = await enter(accessToken, workspaceId)
    expect(answer.data.switchWorkspace).toMatchObject({
      tokens: null,
      userErrors: [{ __typename: 'WorkspaceSuspendedError' }],
    })
  })

  test('never falls back to another workspace', async () => {
    const { accessToken, userId, workspaceId } = await aMember()
    const inside = (await enter(accessToken, workspaceId)).data.switchWorkspace.tokens.accessToken
    app().tenancy.answer(userId, workspaceId, { status: 'not-member' })
    expect((await enter(inside, workspaceId)).data.switchWorkspace.tokens).toBeNull()
  })

  test.each([
    ['a password alone', ['pwd'], false],
    ['Google alone', ['fed'], false],
    ['a code alone, without `mfa`', ['otp'], false],
    ['a password and a code', ['pwd', 'otp', 'mfa'], true],
    ['a passkey that knew its owner', ['hwk', 'mfa'], true],
  ])('where a second factor is asked for, %s enters: %s → %s', async (_, amr, enters) => {
    const { accessToken, workspaceId } = await aMember({ requiresMfa: true }, amr)
    const { data } = await enter(accessToken, workspaceId)
    expect(data.switchWorkspace.tokens !== null).toBe(enters)
    const typenames = data.switchWorkspace.userErrors.map(
      (error: { __typename: string }) => error.__typename,
    )
    expect(typenames).toEqual(enters ? [] : ['MfaRequiredError'])
  })

  test('needs somebody who is signed in', async () => {
    const answer = await app().execute(SWITCH, { input: { workspaceId: newId('workspace') } })
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
  })

  test('is refused to a session that has ended, even before verifiers know', async () => {
    const { accessToken, workspaceId, sessionId } = await aMember()
    await app().database.asAdmin('update identity.sessions set ended_at = $2 where id = $1', [
      sessionId,
      app().clock.now(),
    ])
    const answer = await enter(accessToken, workspaceId)
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
  })

  test('lets nobody in while tenancy cannot be reached', async () => {
    const { accessToken, workspaceId } = await aMember()
    app().tenancy.stop()
    try {
      const answer = await enter(accessToken, workspaceId)
      expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual([
        'UPSTREAM_UNAVAILABLE',
      ])
    } finally {
      app().tenancy.resume()
    }
  })
})

describe('refreshSession into a workspace', () => {
  test('gives the next refresh token and a token for the workspace at once', async () => {
    const { refreshToken, workspaceId } = await aMember()
    const answer = await refresh(app(), refreshToken, { workspaceId })
    const { tokens } = answer.data.refreshSession
    expect(tokens.workspace).toEqual({ id: workspaceId })
    expect(decodeJwt(tokens.accessToken).tid).toBe(workspaceId)
    expect(isId('session', tokens.refreshToken.split('.')[0])).toBe(true)
  })

  test('serves tabs of different workspaces that refresh at once, with one successor', async () => {
    const { refreshToken, userId, workspaceId } = await aMember()
    const other = newId('workspace')
    app().tenancy.join(userId, other)
    const answers = await Promise.all(
      [workspaceId, other, undefined].map((id) =>
        refresh(app(), refreshToken, id ? { workspaceId: id } : {}),
      ),
    )
    const tokens = answers.map(({ data }) => data.refreshSession.tokens)
    expect(tokens.map((it) => it.workspace?.id)).toEqual([workspaceId, other, undefined])
    expect(new Set(tokens.map((it) => it.refreshToken)).size).toBe(1)
  })

  test('that is refused leaves the session and its refresh token as they were', async () => {
    const { refreshToken } = await aMember()
    const refused = await refresh(app(), refreshToken, { workspaceId: newId('workspace') })
    expect(refused.data.refreshSession).toMatchObject({
      tokens: null,
      userErrors: [{ __typename: 'WorkspaceNotAccessibleError' }],
    })
    app().clock.advance(60)
    const answer = await refresh(app(), refreshToken)
    expect(answer.data.refreshSession.userErrors).toEqual([])
  })

  test('does not ask tenancy for a token that names no session', async () => {
    const { workspaceId } = await aMember()
    const askedBefore = app().tenancy.asked.length
    await refresh(app(), 'no-token', { workspaceId })
    expect(app().tenancy.asked.length).toBe(askedBefore)
  })
})

describe('leaving a workspace (S3)', () => {
  test('ends its tokens; the session and other workspaces keep working', async () => {
    const { accessToken, userId, workspaceId } = await aMember()
    const other = newId('workspace')
    app().tenancy.join(userId, other)
    const lost = (await enter(accessToken, workspaceId)).data.switchWorkspace.tokens.accessToken
    const kept = (await enter(accessToken, other)).data.switchWorkspace.tokens.accessToken
    app().tenancy.answer(userId, workspaceId, { status: 'not-member' })
    app().tenancy.bump(userId, workspaceId)
    await app().learnRevocations()
    expect(await statusOf(app(), lost)).toBe('UNAUTHENTICATED')
    expect(await statusOf(app(), kept)).toBe('OK')
    expect(await statusOf(app(), accessToken)).toBe('OK')
  })
})
