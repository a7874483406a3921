import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { narrowScope } from './narrow-scope.ts'

const all = ['blog:posts.read', 'blog:posts.write', 'shop:orders.read']

describe('narrowScope', () => {
  test('is all that is granted where nothing is asked for, in order', () => {
    expect(narrowScope(all.toReversed(), undefined)).toEqual({ ok: true, value: all })
  })

  test('is what is asked for, whatever its order and however often', () => {
    const asked = 'shop:orders.read blog:posts.read shop:orders.read'
    expect(narrowScope(all, asked)).toEqual({
      ok: true,
      value: ['blog:posts.read', 'shop:orders.read'],
    })
  })

  test('never permits what was not granted', () => {
    const asked = fc.subarray(all, { minLength: 1 })
    fc.assert(
      fc.property(fc.subarray(all), asked, (granted, asked) => {
        const narrowed = narrowScope(granted, asked.join(' '))
        const isGranted = asked.every((it) => granted.includes(it))
        expect(narrowed.ok).toBe(isGranted)
        if (narrowed.ok) expect(narrowed.value).toEqual(asked)
      }),
    )
  })

  test.each(['', ' ', 'blog:posts.read ', 'blog:posts.read,blog:posts.write', 'blog:*', 'blog'])(
    'refuses %j',
    (scope) => {
      expect(narrowScope(all, scope)).toMatchObject({
        ok: false,
        errors: [{ error: 'invalid_scope' }],
      })
    },
  )
})
