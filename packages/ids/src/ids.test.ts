import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeBase32, encodeBase32 } from './base32.ts'
import { idCreatedAt, idOfName, isId, newId, parseId } from './ids.ts'
import { type Noun, prefixes } from './prefixes.ts'

const nouns = Object.keys(prefixes) as Noun[]

describe('ids', () => {
  test('an id is its prefix, an underscore and 26 symbols', () => {
    expect(newId('user')).toMatch(/^usr_[0-7][0-9a-z]{25}$/)
  })

  test('a name has one id, and another name another', () => {
    expect(idOfName('event', 'a')).toBe(idOfName('event', 'a'))
    expect(idOfName('event', 'a')).not.toBe(idOfName('event', 'b'))
    expect(isId('event', idOfName('event', 'a'))).toBe(true)
  })

  test('ids of one process are different, and sort as they were made', () => {
    const made = Array.from({ length: 20_000 }, () => newId('event'))
    expect(new Set(made).size).toBe(made.length)
    expect(made.toSorted()).toEqual(made)
  })

  test('an id of one noun is never an id of another', () => {
    for (const noun of nouns) {
      const id = newId(noun)
      expect(nouns.filter((other) => isId(other, id))).toEqual([noun])
    }
  })

  test('no prefix is registered twice', () => {
    expect(new Set(Object.values(prefixes)).size).toBe(nouns.length)
  })

  test('ids carry their time of creation', () => {
    const before = Date.now()
    const made = idCreatedAt(newId('workspace'))?.getTime() ?? 0
    expect(made).toBeGreaterThanOrEqual(before)
    expect(made).toBeLessThanOrEqual(Date.now())
  })

  test('base32 round-trips and keeps byte order', () => {
    const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(sixteen, sixteen, (a, b) => {
        expect(decodeBase32(encodeBase32(a))).toEqual(a)
        const byText = encodeBase32(a) < encodeBase32(b)
        expect(byText).toBe(Buffer.compare(a, b) < 0)
      }),
    )
  })

  test.each([
    ['upper case', 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV'],
    ['the letter l', 'usr_01arz3ndektsv4rrffq69g5fal'],
    ['more than 128 bits', 'usr_81arz3ndektsv4rrffq69g5fav'],
    ['too short', 'usr_01arz3'],
    ['another prefix', 'wks_01arz3ndektsv4rrffq69g5fav'],
    ['a trailing space', 'usr_01arz3ndektsv4rrffq69g5fav '],
    ['no text', 42],
  ])('refuses %s', (_, text) => {
    expect(parseId('user', text)).toBeNull()
  })
})
