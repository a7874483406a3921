import { describe, expect, test } from '@jest/globals'
import { createVerifiedTokenCache } from './verified-token-cache.ts'

const never = () => false

describe('the cache of verified tokens', () => {
  test('forgets the least recently used first', () => {
    const cache = createVerifiedTokenCache<number>({ capacity: 2, isExpired: never })
    cache.set('a', 1)
    cache.set('b', 2)
    cache.get('a')
    cache.set('c', 3)
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
  })

  test('never holds more than its capacity', () => {
    const cache = createVerifiedTokenCache<number>({ capacity: 10, isExpired: never })
    for (let token = 0; token < 1_000; token++) cache.set(String(token), token)
    expect(cache.size).toBe(10)
  })

  test('with no capacity remembers nothing', () => {
    const cache = createVerifiedTokenCache<number>({ capacity: 0, isExpired: never })
    cache.set('a', 1)
    expect(cache.get('a')).toBeUndefined()
  })

  test('clears expired entries away as new ones come', () => {
    let now = 0
    const cache = createVerifiedTokenCache<number>({
      capacity: 100,
      isExpired: (expiresAt) => expiresAt <= now,
    })
    for (let token = 0; token < 50; token++) cache.set(String(token), 10)
    now = 10
    cache.set('new', 20)
    expect(cache.size).toBe(1)
  })

  test('finds a token by its digest and never by its text', () => {
    const cache = createVerifiedTokenCache<number>({ capacity: 1, isExpired: never })
    expect(cache.keyOf('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=')
  })
})
