import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { normalizeEmail } from './email-address.ts'

describe('an e-mail address', () => {
  test.each([
    ['  Ada@Example.COM ', 'ada@example.com'],
    ['ada+lists@example.com', 'ada+lists@example.com'],
    ['a.d.a@example.co.uk', 'a.d.a@example.co.uk'],
    ['ada@münchen.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@EXAMPLE.рф', 'ada@example.xn--p1ai'],
    ['用户@example.com', '用户@example.com'],
    ["o'hara@example.com", "o'hara@example.com"],
  ])('%s is stored as %s', (given, stored) => {
    expect(normalizeEmail(given)).toBe(stored)
  })

  test.each([
    [''],
    ['ada'],
    ['@example.com'],
    ['ada@'],
    ['ada@localhost'],
    ['ada@example..com'],
    ['ada@-example.com'],
    ['ada@example.com.'],
    ['ada@[127.0.0.1]'],
    ['ada@127.0.0.1'],
    ['.ada@example.com'],
    ['ada..b@example.com'],
    ['ada b@example.com'],
    ['"ada b"@example.com'],
    ['ada@example.com\nBcc: eve@example.com'],
    ['ada\r\nBcc: eve@example.com@example.com'],
    ['ada@example.com,eve@example.com'],
    ['<ada@example.com>'],
    ['ada\u0000@example.com'],
    ['ada\u202e@example.com'],
    [`${'a'.repeat(65)}@example.com`],
    [`ada@${'a'.repeat(64)}.com`],
    [`ada@${'a.'.repeat(130)}com`],
    ['a'.repeat(1_000_000)],
  ])('%j is refused', (given) => {
    expect(normalizeEmail(given)).toBeNull()
  })

  test('a normalized address stays as it is, and holds nothing that ends a header', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (text) => {
        const once = normalizeEmail(text)
        if (once === null) return
        expect(normalizeEmail(once)).toBe(once)
        expect(once).not.toMatch(/[\s<>",;:\\()[\]\p{C}]/u)
      }),
    )
  })
})
