import { describe, expect, test } from '@jest/globals'
import { createTokenSource } from '../src/index.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/** A token endpoint that counts what it is asked; every refresh token works once. */
function aTokenEndpoint() {
  const asked: Record<string, string>[] = []
  let valid = 'r0'
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const form = Object.fromEntries(init?.body as URLSearchParams)
    asked.push(form)
    if (form.grant_type !== 'refresh_token')
      return answer({ access_token: `in-${form.workspace_id}` })
    if (form.refresh_token !== valid) {
      return Response.json({ error: 'invalid_grant' }, { status: 400, headers: JSON_TYPE })
    }
    valid = `r${asked.length}`
    return answer({ access_token: `neutral-${asked.length}`, refresh_token: valid })
  }
  const answer = (body: object) => Response.json({ expires_in: 300, ...body })
  return { asked, fetch }
}

function aSource(options: { now?: () => number } = {}) {
  const endpoint = aTokenEndpoint()
  const tokens = createTokenSource({
    url: 'http://platform.test',
    refreshToken: 'r0',
    fetch: endpoint.fetch,
    ...options,
  })
  return { tokens, asked: endpoint.asked }
}

describe('token source', () => {
  test('twenty calls at once make one refresh', async () => {
    const { tokens, asked } = aSource()
    const got = await Promise.all(Array.from({ length: 20 }, () => tokens.accessToken()))
    expect(new Set(got)).toEqual(new Set(['neutral-1']))
    expect(asked).toHaveLength(1)
  })

  test('a token serves until 30 seconds before its end; then the rotated refresh token is used', async () => {
    let now = 0
    const { tokens, asked } = aSource({ now: () => now })
    await tokens.accessToken()
    now = 269_000
    await tokens.accessToken()
    expect(asked).toHaveLength(1)
    now = 271_000
    expect(await tokens.accessToken()).toBe('neutral-2')
    expect(asked[1]).toMatchObject({ refresh_token: 'r1' })
  })

  test('each workspace has a token of its own, exchanged for the neutral one', async () => {
    const { tokens, asked } = aSource()
    const got = await Promise.all([tokens.accessToken('wks_a'), tokens.accessToken('wks_b')])
    expect(got).toEqual(['in-wks_a', 'in-wks_b'])
    expect(asked.map((form) => form.grant_type)).toHaveLength(3)
    expect(asked[1]).toMatchObject({ subject_token: 'neutral-1', workspace_id: 'wks_a' })
  })

  test('an ended session is UNAUTHENTICATED, and the next call asks again', async () => {
    const endpoint = aTokenEndpoint()
    const tokens = createTokenSource({
      url: 'http://platform.test',
      refreshToken: 'stale',
      fetch: endpoint.fetch,
    })
    await expect(tokens.accessToken()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(tokens.accessToken()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(endpoint.asked).toHaveLength(2)
  })
})
