import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { randomToken } from '@logicspike/secrets'
import { familyHash, newFamily, newRefreshToken, parseRefreshToken } from './refresh-token.ts'

describe('a refresh token', () => {
  test('parses into what it was made of', () => {
    const [sessionId, family] = [newId('session'), newFamily(randomToken)]
    const token = newRefreshToken(sessionId, family, randomToken)
    expect(parseRefreshToken(token)).toEqual({
      sessionId,
      family,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('has 256 random bits of its own and 128 of its family (ASVS 7.2.3)', () => {
    const bits = (text = '') => Buffer.from(text, 'base64url').length * 8
    const token = newRefreshToken(newId('session'), newFamily(randomToken), randomToken)
    const [, family, secret] = token.split('.')
    expect([bits(family), bits(secret)]).toEqual([128, 256])
  })

  test('two of a family share no hash', () => {
    const [sessionId, family] = [newId('session'), newFamily(randomToken)]
    const hashOf = () =>
      parseRefreshToken(newRefreshToken(sessionId, family, randomToken))?.hash ?? ''
    expect(hashOf()).not.toBe(hashOf())
    expect(familyHash(family)).not.toBe(hashOf())
  })

  const [family, secret] = ['f'.repeat(22), 's'.repeat(43)]
  test.each([
    '',
    'x',
    '..',
    `ses_1.${family}.${secret}`,
    `usr_01m83gaez9e5fvj2405ss0rsjf.${family}.${secret}`,
    `ses_01m83gaez9e5fvj2405ss0rsjf.${family}`,
    `ses_01m83gaez9e5fvj2405ss0rsjf.${family}.${secret}.${secret}`,
    `ses_01m83gaez9e5fvj2405ss0rsjf..${secret}`,
    `ses_01m83gaez9e5fvj2405ss0rsjf.${family}.${'s'.repeat(65)}`,
    `ses_01m83gaez9e5fvj2405ss0rsjf.${family}.${secret} `,
    ` ses_01m83gaez9e5fvj2405ss0rsjf.${family}.${secret}`,
  ])('is not %j', (text) => {
    expect(parseRefreshToken(text)).toBeNull()
  })
})
