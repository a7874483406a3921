import { expect, test } from '@jest/globals'
import { isSafeVersion } from './connect-nats.ts'

test.each([
  ['2.9.10', false],
  ['2.10.29', false],
  ['2.11.0', true],
  ['2.14.1', true],
  ['3.0.0', true],
  ['1.99.0', false],
  ['unknown', false],
])('a NATS server of version %s is safe: %s', (version, safe) => {
  expect(isSafeVersion(version)).toBe(safe)
})
