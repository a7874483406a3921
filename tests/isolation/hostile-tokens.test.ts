import { beforeAll, describe, expect, test } from '@jest/globals'
import { hostileTokenCases, type TokenForge } from '@logicspike/auth/testing'
import { usePlatform } from '@logicspike/testing'
import { claimsOf } from './support/claims.ts'
import { quickPasswords } from './support/identity-options.ts'
import { sendRaw } from './support/raw-http.ts'
import { platformForge } from './support/token-forge.ts'

/* Every service of the running platform against every token that none may accept. */

const platform = usePlatform({ identity: { passwords: quickPasswords } })
const services = ['gateway', 'identity', 'tenancy'] as const
const urls = new Map<string, string>()
let forge: TokenForge

beforeAll(async () => {
  const { aWorkspace, url, platform: running } = platform()
  const { id, owner } = await aWorkspace()
  forge = await platformForge(platform(), claimsOf(await owner.tokenFor(id)))
  urls.set('gateway', url)
  for (const name of ['identity', 'tenancy'] as const) {
    urls.set(name, `http://127.0.0.1:${await running[name].server.listen(0)}`)
  }
})

/** Any field will do: a token is judged before anything is asked. */
const ask = (service: string, token: string) =>
  sendRaw(urls.get(service) ?? '', '{ __typename }', [
    `Authorization: Bearer ${token}`,
    ...(service === 'gateway' ? [] : [`x-gateway-key: ${platform().gatewayKeys.gateway}`]),
  ])

describe.each(services)('%s, over HTTP', (service) => {
  test('accepts the good token that every hostile one is made from', async () => {
    const { status, body } = await ask(service, forge.sign())
    expect([status, JSON.parse(body)]).toEqual([200, { data: { __typename: 'Query' } }])
  })

  test.each(hostileTokenCases)('$rule: refuses $name', async ({ make }) => {
    const { status, body } = await ask(service, make(forge))
    // What no HTTP server takes, such as a line break or a megabyte, never gets as far as a judge.
    if (status === 400 || status === 431) return expect(body).not.toContain('"data"')
    const { data, errors } = JSON.parse(body)
    expect(errors[0].extensions.code).toBe('UNAUTHENTICATED')
    expect(errors).toHaveLength(1)
    expect(data ?? null).toBeNull()
  })
})
