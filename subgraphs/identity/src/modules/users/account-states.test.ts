import { describe, expect, test } from '@jest/globals'
import { assertTransition } from './account-states.ts'

describe('the states of an account', () => {
  test.each([
    ['active', 'closing'],
    ['closing', 'deactivated'],
    ['closing', 'deleted'],
    ['closing', 'active'],
    ['deactivated', 'active'],
    ['deactivated', 'closing'],
  ] as const)('%s may become %s', (from, to) => {
    expect(() => assertTransition(from, to)).not.toThrow()
  })

  test.each([
    ['active', 'deleted'],
    ['active', 'deactivated'],
    ['deactivated', 'deleted'],
    ['deleted', 'active'],
    ['deleted', 'closing'],
  ] as const)('%s may not become %s', (from, to) => {
    expect(() => assertTransition(from, to)).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
  })
})
