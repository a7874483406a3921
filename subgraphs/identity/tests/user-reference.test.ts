import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { User } from '../src/modules/users/user.entity.ts'
import { aSession, aUser } from './support/a-session.ts'
import { countingHasher } from './support/credential-operations.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'

const app = useIdentityTestApp({ passwords: countingHasher() })

const fields = `id displayName email emailVerified hasPassword createdAt
  linkedIdentities { id } sessions { edges { node { id } } } secondFactors { isActive }`

/** Asks for entities as the gateway does. */
async function entities(ids: readonly string[], token?: string) {
  const answer = await app().execute(
    `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on User { ${fields} } }
    }`,
    { representations: ids.map((id) => ({ __typename: 'User', id })) },
    { token },
  )
  expect(answer.errors).toEqual([])
  return answer.data._entities
}

/** A token for a workspace, of somebody who is a member of it. */
async function aMemberOf(workspaceId: string) {
  const session = await aSession(app())
  app().tenancy.join(session.userId, workspaceId)
  const { data } = await app().execute(
    `mutation ($input: SwitchWorkspaceInput!) {
      switchWorkspace(input: $input) { tokens { accessToken } }
    }`,
    { input: { workspaceId } },
    { token: session.accessToken },
  )
  return { userId: session.userId, token: data.switchWorkspace.tokens.accessToken as string }
}

describe('a person as another subgraph refers to them', () => {
  test('sees everything of themselves', async () => {
    const { userId, accessToken } = await aSession(app())
    expect(await entities([userId], accessToken)).toEqual([
      {
        id: userId,
        displayName: 'Ann',
        email: `${userId}@example.com`,
        emailVerified: true,
        hasPassword: false,
        createdAt: expect.anything(),
        linkedIdentities: [],
        sessions: { edges: [{ node: { id: expect.stringMatching(/^ses_/) } }] },
        secondFactors: { isActive: false },
      },
    ])
  })

  test('is known by name and address to members of the same workspace, and by nothing else', async () => {
    const workspaceId = newId('workspace')
    const [one, other] = [await aMemberOf(workspaceId), await aMemberOf(workspaceId)]
    expect(await entities([other.userId], one.token)).toEqual([
      {
        id: other.userId,
        displayName: 'Ann',
        email: `${other.userId}@example.com`,
        emailVerified: null,
        hasPassword: null,
        createdAt: expect.anything(),
        linkedIdentities: null,
        sessions: null,
        secondFactors: null,
      },
    ])
  })

  test('does not exist for anybody else', async () => {
    const workspaceId = newId('workspace')
    const member = await aMemberOf(workspaceId)
    const stranger = await aMemberOf(newId('workspace'))
    const neutral = await aSession(app())
    for (const token of [stranger.token, neutral.accessToken, undefined]) {
      expect(await entities([member.userId], token)).toEqual([null])
    }
  })

  test('does not exist once they left the workspace or deleted the account', async () => {
    const workspaceId = newId('workspace')
    const [one, gone, deleted] = [
      await aMemberOf(workspaceId),
      await aMemberOf(workspaceId),
      await aMemberOf(workspaceId),
    ]
    app().tenancy.answer(gone.userId, workspaceId, { status: 'not-member' })
    await app().transaction((tx) =>
      tx.em.nativeUpdate(User, { id: deleted.userId }, { status: 'deleted', email: null }),
    )
    expect(await entities([gone.userId, deleted.userId], one.token)).toEqual([null, null])
  })

  test('is looked up together with all others of the request, in their order', async () => {
    const workspaceId = newId('workspace')
    const one = await aMemberOf(workspaceId)
    const ids = []
    for (let at = 0; at < 120; at += 1) {
      const { id } = await aUser(app())
      app().tenancy.join(id, workspaceId)
      ids.push(id)
    }
    const stranger = (await aUser(app())).id
    const asked = [...ids, stranger, one.userId, 'usr_nonsense', ids[0] ?? '']
    const found = await entities(asked, one.token)
    expect(found.map((it: { id: string } | null) => it?.id ?? null)).toEqual([
      ...ids,
      null,
      one.userId,
      null,
      ids[0],
    ])
  })
})
