import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createSecretBox } from './secret-box.ts'
import { constantTimeEqual, randomToken, sha256 } from './tokens.ts'

const key = (id: string) => ({ id, key: `${id}-`.padEnd(40, 'x') })
const box = createSecretBox({ current: key('k1') })

describe('secret box', () => {
  test('opens what it sealed, for any text and context', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, context) => {
        expect(box.open(box.seal(plain, context), context)).toBe(plain)
      }),
    )
  })

  test('seals the same text differently each time', () => {
    expect(box.seal('a', 'c')).not.toBe(box.seal('a', 'c'))
  })

  test('does not open in another context', () => {
    const sealed = box.seal('seed', 'totp:usr_a')
    expect(() => box.open(sealed, 'totp:usr_b')).toThrow('belongs elsewhere')
  })

  test('does not open a changed text', () => {
    const sealed = box.seal('seed', 'c')
    const flipped = sealed.slice(0, -2) + (sealed.at(-2) === 'A' ? 'B' : 'A') + sealed.at(-1)
    expect(() => box.open(flipped, 'c')).toThrow('changed')
  })

  test('a rotated box opens old texts and seals with the new key', () => {
    const rotated = createSecretBox({ current: key('k2'), previous: [key('k1')] })
    expect(rotated.open(box.seal('old', 'c'), 'c')).toBe('old')
    expect(() => box.open(rotated.seal('new', 'c'), 'c')).toThrow('k2, which is not configured')
  })

  test('refuses a short key', () => {
    expect(() => createSecretBox({ current: { id: 'k1', key: 'short' } })).toThrow('32 characters')
  })
})

describe('signatures', () => {
  test('hold for any text and purpose, and for no other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (text, context, other) => {
        const signature = box.sign(text, context)
        expect(signature).toBe(box.sign(text, context))
        expect(box.isSigned(text, signature, context)).toBe(true)
        expect(box.isSigned(other, signature, context)).toBe(other === text)
        expect(box.isSigned(text, signature, other)).toBe(other === context)
      }),
    )
  })

  test('a context does not run on into the text', () => {
    expect(box.isSigned('bc', box.sign('c', 'ab'), 'a')).toBe(false)
  })

  test('of a key that was rotated still hold; of others, or of no shape, do not', () => {
    const rotated = createSecretBox({ current: key('k2'), previous: [key('k1')] })
    expect(rotated.isSigned('t', box.sign('t', 'c'), 'c')).toBe(true)
    expect(box.isSigned('t', rotated.sign('t', 'c'), 'c')).toBe(false)
    const mac = box.sign('t', 'c').slice(3)
    for (const bad of ['', '.', 'k1', 'k1.', `k9.${mac}`, `${mac}`, `k1.${mac}x`, `k1.${mac}.`])
      expect(box.isSigned('t', bad, 'c')).toBe(false)
  })
})

describe('tokens', () => {
  test('a token has 256 bits of base64url', () => {
    expect(randomToken()).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  test('sha256 is the published test vector', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  test('comparison tells equal from unequal of any length', () => {
    expect(constantTimeEqual('a', 'a')).toBe(true)
    expect(constantTimeEqual('a', 'ab')).toBe(false)
  })
})
