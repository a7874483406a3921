import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { harmlessName } from './harmless-name.ts'
import { invitationLetter } from './invitation.letter.ts'

const facts = {
  to: 'ada@example.com',
  token: 'wks_01.secret',
  consoleUrl: 'https://console.example',
  workspaceName: 'Acme & Sons',
  days: 7,
}
const link = 'https://console.example/accept-invitation?token=wks_01.secret'

describe('I10 the letter of an invitation', () => {
  test('I10 has one link, which leads to the console, and the token in print', () => {
    const { html, text, subject, to } = invitationLetter(facts)
    expect(to).toBe('ada@example.com')
    expect(subject).toBe('Invitation to the workspace “Acme & Sons”')
    expect(html.match(/<a /g)).toHaveLength(1)
    expect(html).toContain(`href="${link}"`)
    expect(text).toContain(link)
    expect(text).toContain('it is wks_01.secret')
  })

  test.each([
    ['markup', '<a href="https://evil.example">click</a>'],
    ['an attribute that ends', '"><img src=x onerror=alert(1)>'],
    ['an address', 'Verify at https://evil.example/login now'],
    ['a bare host', 'evil.example'],
    ['a host with a full-width dot', 'evil．example'],
    ['a host with an ideographic dot', 'evil。example'],
    ['an address of mail', 'support@evil.example'],
    ['a header', 'Acme\r\nBcc: everybody@example.com'],
    ['a hidden turn', 'Acme\u202eevil\u2066'],
    ['a host cut by an invisible character', 'evil\u200b.\u200bexample'],
  ])('I10 makes %s in the name of the workspace harmless', (_, workspaceName) => {
    const { html, text, subject } = invitationLetter({ ...facts, workspaceName })
    expect(html.match(/<(?!\/?p>|\/?a\b)/g)).toBeNull()
    expect(html.match(/<a /g)).toHaveLength(1)
    const words = `${subject}\n${text.replace(link, '').replace(facts.token, '')}`
    expect(words).not.toMatch(/\w[.。．｡@/:]\w|:\/\//u)
    expect(subject).not.toMatch(/\p{C}/u)
  })

  test('I10 keeps names that mean no harm as they are', () => {
    for (const name of ['Acme Inc.', 'Müller & Söhne', 'R & D (Pune)', '東京オフィス', "O'Hara"]) {
      expect(harmlessName(name)).toBe(name)
    }
  })

  test('I10 leaves no joint that a mail program would make an address of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const harmless = harmlessName(`a${name}b`)
        expect(harmless).not.toMatch(/[^\s][.。．｡:/\\@][^\s]/u)
        expect(harmless).not.toMatch(/[\r\n]/)
      }),
      { numRuns: 1_000 },
    )
  })
})
