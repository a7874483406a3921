import { describe, expect, test } from '@jest/globals'
import { hash as argon2 } from '@node-rs/argon2'
import { createPasswordHasher } from './password-hash.ts'

const cheap = { memoryCost: 64, timeCost: 1, parallelism: 1 }
const hasher = createPasswordHasher({ parameters: cheap })

describe('a password hash', () => {
  test('is Argon2id with the parameters that OWASP asks for, salted anew each time', async () => {
    const real = createPasswordHasher()
    const [one, two] = await Promise.all([real.hash('open sesame'), real.hash('open sesame')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(one).not.toBe(two)
    expect(await real.verify('open sesame', one)).toEqual({ matches: true, outdated: false })
  })

  test('made with other parameters is outdated, though it still fits', async () => {
    const stored = await argon2('open sesame', { ...cheap, timeCost: 3, algorithm: 2 })
    expect(await hasher.verify('open sesame', stored)).toEqual({ matches: true, outdated: true })
    expect(await hasher.verify('open barley', stored)).toEqual({ matches: false, outdated: false })
  })

  test('made with another variant of Argon2 is outdated', async () => {
    const stored = await argon2('open sesame', { ...cheap, algorithm: 1 })
    expect(await hasher.verify('open sesame', stored)).toEqual({ matches: true, outdated: true })
  })

  test('is compared with nothing at the same price when there is no account', async () => {
    expect(await hasher.verify('', null)).toEqual({ matches: false, outdated: false })
    expect(await hasher.verify('open sesame', null)).toEqual({ matches: false, outdated: false })
  })

  test.each([
    ['the 73rd byte and all after it', 'x'.repeat(72), `${'x'.repeat(72)}y`],
    ['what comes after a NUL', 'before\u0000after', 'before\u0000other'],
    ['blanks at the end', 'open sesame', 'open sesame '],
    ['case', 'open sesame', 'Open sesame'],
    ['characters that only look alike', 'open sesame²', 'open sesame2'],
  ])('depends on %s', async (_, password, other) => {
    const stored = await hasher.hash(password)
    expect((await hasher.verify(password, stored)).matches).toBe(true)
    expect((await hasher.verify(other, stored)).matches).toBe(false)
  })

  test('does not depend on how a keyboard composes an accent', async () => {
    const stored = await hasher.hash('caf\u00e9 au lait')
    expect((await hasher.verify('cafe\u0301 au lait', stored)).matches).toBe(true)
  })
})

describe('the queue in front of the hash', () => {
  test('lets some run, some wait, and turns the rest away at once', async () => {
    const busy = createPasswordHasher({ parameters: cheap, concurrency: 2, maxWaiting: 3 })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 9 }, () => busy.hash('open sesame')),
    )
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThanOrEqual(4)
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    }
    expect(await busy.hash('open sesame')).toMatch(/^\$argon2id/)
  })
})
