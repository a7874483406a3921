import { describe, expect, test } from '@jest/globals'
import { composeLetter, singleLine } from './message.ts'

describe('composeLetter', () => {
  test('a name from outside cannot bring markup or a second link into the mail', () => {
    const letter = composeLetter({
      to: 'ann@example.com',
      subject: 'Join <b>Evil</b>\r\nBcc: everybody@example.com',
      paragraphs: ['<a href="https://evil.example">click</a>'],
      action: { label: 'Accept', url: 'https://x.example/?a=1&b="' },
    })
    expect(letter.subject).toBe('Join <b>Evil</b> Bcc: everybody@example.com')
    expect(letter.html).not.toContain('<a href="https://evil.example">')
    expect(letter.html).toContain('href="https://x.example/?a=1&amp;b=&quot;"')
  })

  test('a subject is one line', () => {
    expect(singleLine('a\u0000b\n\nc')).toBe('a b c')
  })
})
