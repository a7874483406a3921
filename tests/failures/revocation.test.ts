import { expect, test } from '@jest/globals'
import { PUSHED_POLL_MS } from '@logicspike/auth'
import { measureRevocation } from '../bench/revocation.ts'

/*
 * Services as processes of their own, behind three gateways. How soon exactly is measured by
 * `npm run bench:revocation`; here it must happen at every one of them, in time even for a push
 * that was late.
 */
test('a revocation reaches every gateway and every subgraph', async () => {
  const held = await measureRevocation(2)
  expect(held.map(({ name }) => name)).toEqual([
    'remove a member',
    'revoke a session',
    'narrow a role',
  ])
  for (const { max } of held) expect(max).toBeLessThan(PUSHED_POLL_MS + 1_000)
}, 180_000)
