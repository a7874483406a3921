import { describe, expect, test } from '@jest/globals'
import {
  CreateWorkspaceDocument,
  createPlatformClient,
  createTokenSource,
  MembersDocument,
  SignInDocument,
  ViewerDocument,
} from '@logicspike/sdk'
import { TEST_PUBLIC_URL, usePlatform } from '@logicspike/testing'

const platform = usePlatform()

/** Somebody at a program that uses the SDK; `fetches` counts its requests by path. */
async function aProgram() {
  const person = await platform().aPerson()
  const { url, clock } = platform()
  const fetches: string[] = []
  const counted: typeof fetch = (input, init) => {
    fetches.push(new URL(String(input)).pathname)
    return fetch(input, init)
  }
  const tokens = createTokenSource({
    url,
    refreshToken: person.refreshToken,
    fetch: counted,
    now: () => clock.now().getTime(),
  })
  const client = createPlatformClient({ url, tokens, fetch: counted })
  return { person, client, fetches }
}

/** `fetch` as a page of the console has it: an origin, and cookies that come back by themselves. */
function aBrowser(): typeof fetch {
  const jar = new Map<string, string>()
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('origin', TEST_PUBLIC_URL)
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(input, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      jar.set(name, value)
    }
    return response
  }
}

describe('the SDK', () => {
  test('signs in, without a token source', async () => {
    const { person } = await aProgram()
    const { email, password } = person
    const client = createPlatformClient({ url: platform().url })
    const input = { email, password, delivery: 'PAYLOAD' } as const
    const { signIn } = await client.execute(SignInDocument, { input })
    expect(signIn?.tokens?.refreshToken).toEqual(expect.any(String))
    const wrong = await client.execute(SignInDocument, { input: { ...input, password: 'wrong' } })
    expect(wrong.signIn?.userErrors.map(({ __typename }) => __typename)).toEqual([
      'InvalidCredentialsError',
    ])
  })

  test('twenty questions at once cost one refresh', async () => {
    const { person, client, fetches } = await aProgram()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.execute(ViewerDocument)),
    )
    expect(new Set(answers.map(({ viewer }) => viewer?.user?.id))).toEqual(new Set([person.id]))
    expect(fetches.filter((path) => path === '/oauth/token')).toHaveLength(1)
  })

  test('works in two workspaces at once', async () => {
    const { client } = await aProgram()
    const create = async (name: string) => {
      const { createWorkspace } = await client.execute(CreateWorkspaceDocument, { input: { name } })
      return client.inWorkspace(createWorkspace?.workspace?.id ?? '')
    }
    const names = ['North', 'South']
    const workspaces = await Promise.all(names.map(create))
    const answers = await Promise.all(workspaces.map((each) => each.execute(ViewerDocument)))
    expect(answers.map(({ viewer }) => viewer?.workspace?.name)).toEqual(names)
  })

  test('a member whose role changed goes on with a fresh token, without noticing', async () => {
    const workspace = await platform().aWorkspace()
    const { person, client } = await aProgram()
    const { memberId } = await workspace.join('Member', person)
    const inside = client.inWorkspace(workspace.id)
    await inside.execute(MembersDocument)
    const input = { memberId, roleId: workspace.roles.Admin }
    await workspace.owner.ask(
      `mutation ($input: ChangeMemberRoleInput!) { changeMemberRole(input: $input) { userErrors { __typename } } }`,
      { input },
      workspace.id,
    )
    await platform().learnRevocations()
    const { viewer } = await inside.execute(ViewerDocument)
    expect(viewer?.permissions).toContain('tenancy:members.invite')
  })

  test('in a browser the session is in a cookie, and no script ever sees its token', async () => {
    const { person } = await aProgram()
    const { url, clock } = platform()
    const browser = aBrowser()
    const signedOut = createPlatformClient({ url, fetch: browser })
    const { email, password } = person
    const input = { email, password, delivery: 'COOKIE' } as const
    const { signIn } = await signedOut.execute(SignInDocument, { input })
    expect(signIn?.tokens?.refreshToken).toBeNull()

    const tokens = createTokenSource({ url, fetch: browser, now: () => clock.now().getTime() })
    const client = createPlatformClient({ url, fetch: browser, tokens })
    const { createWorkspace } = await client.execute(CreateWorkspaceDocument, {
      input: { name: 'Browser' },
    })
    const inside = client.inWorkspace(createWorkspace?.workspace?.id ?? '')
    expect((await inside.execute(ViewerDocument)).viewer?.workspace?.name).toBe('Browser')
    clock.advance(400)
    expect((await inside.execute(ViewerDocument)).viewer?.user?.id).toBe(person.id)
  })

  test('what is refused for good is a typed error', async () => {
    const { client } = await aProgram()
    await expect(client.execute(MembersDocument)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
