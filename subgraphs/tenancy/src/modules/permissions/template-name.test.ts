import { describe, expect, test } from '@jest/globals'
import { withHigherTemplates } from './template-name.ts'

describe('templates of a permission', () => {
  test.each([
    [[], ['owner']],
    [['owner'], ['owner']],
    [['admin'], ['owner', 'admin']],
    [['member'], ['owner', 'admin', 'member']],
    [
      ['member', 'owner'],
      ['owner', 'admin', 'member'],
    ],
  ] as const)('%j are completed upwards to %j', (given, complete) => {
    expect(withHigherTemplates([...given])).toEqual(complete)
  })
})
