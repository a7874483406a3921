import { expect, test } from '@jest/globals'
import { createGatewayTester } from './support/gateway-tester.ts'
import { identity } from './support/story-subgraphs.ts'

test('nothing is reported to the maker of the planner, whatever the environment says', async () => {
  delete process.env.APOLLO_TELEMETRY_DISABLED
  await using tester = await createGatewayTester({ definitions: { identity } })
  expect(tester.gateway.isReady()).toBe(true)
  expect(process.env.APOLLO_TELEMETRY_DISABLED).toBe('1')
})
