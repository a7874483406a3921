import { describe, expect, test } from '@jest/globals'
import { createSecretBox } from '@logicspike/secrets'
import fc from 'fast-check'
import { decodeEventCursor, encodeEventCursor } from './event-cursor.ts'
import { parseEventFilter } from './event-filter.ts'

const key = (id: string) => ({ id, key: `${id}-`.padEnd(40, 'x') })
const box = createSecretBox({ current: key('k1') })
const scope = { tenantId: 'wks_a', filterDigest: 'all' }
const invalid = expect.objectContaining({ code: 'CURSOR_INVALID' })
const seqs = fc.nat({ max: Number.MAX_SAFE_INTEGER })

describe('a cursor', () => {
  test('comes back as the place it was made of, and as no other workspace’s or filter’s', () => {
    fc.assert(
      fc.property(seqs, fc.string(), fc.string(), (seq, tenantId, filterDigest) => {
        const made = encodeEventCursor(box, { tenantId, filterDigest }, seq % 10 ** 15)
        expect(decodeEventCursor(box, { tenantId, filterDigest }, made)).toBe(seq % 10 ** 15)
        const elsewhere = { tenantId: `${tenantId}x`, filterDigest }
        expect(() => decodeEventCursor(box, elsewhere, made)).toThrow(invalid)
        const otherwise = { tenantId, filterDigest: `${filterDigest}x` }
        expect(() => decodeEventCursor(box, otherwise, made)).toThrow(invalid)
      }),
    )
  })

  test('changed in any character is none', () => {
    const made = encodeEventCursor(box, scope, 12_345)
    for (let at = 0; at < made.length; at += 1) {
      const changed = made.slice(0, at) + (made[at] === 'A' ? 'B' : 'A') + made.slice(at + 1)
      expect(() => decodeEventCursor(box, scope, changed)).toThrow(invalid)
    }
  })

  test('no text makes it do anything but refuse', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => decodeEventCursor(box, scope, text)).toThrow(invalid)
      }),
    )
  })

  test('outlives the rotation of the key that signed it', () => {
    const rotated = createSecretBox({ current: key('k2'), previous: [key('k1')] })
    expect(decodeEventCursor(rotated, scope, encodeEventCursor(box, scope, 7))).toBe(7)
  })
})

describe('a filter', () => {
  test('is the same whatever the order of its types, and another for other types', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 25 }), (types) => {
        const { digest } = parseEventFilter(types)
        expect(parseEventFilter([...types, ...types].toReversed()).digest).toBe(digest)
        expect(parseEventFilter([...types, 'another type']).digest).not.toBe(digest)
        expect(parseEventFilter(null).digest).not.toBe(digest)
      }),
    )
  })
})
