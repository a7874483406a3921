import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { serverAudits } from 'graphql-http'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  // Some audits ask for types by name, which production does not answer.
  tester = await createGatewayTester({ definitions: { identity, tenancy }, production: false })
})
afterAll(() => tester.close())

// The audits of the reference implementation: https://github.com/graphql/graphql-http
test.each(
  serverAudits({
    url: () => `${tester.url}/graphql`,
    // A page of another origin could send such a GET without being asked; clients say what they are.
    fetchFn: (url: string, options: RequestInit = {}) =>
      fetch(url, {
        ...options,
        headers: { 'apollo-require-preflight': 'true', ...options.headers },
      }),
  }),
)('$id $name', async (audit) => {
  const result = await audit.fn()
  if (result.status === 'ok') return
  const { status, headers } = result.response
  const shown = `${result.status}: ${result.reason} (HTTP ${status}, ${headers.get('content-type')})`
  expect(shown).toBe('ok')
})
