import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  parseBrandName,
  parseColor,
  parseDateFormat,
  parseLocale,
  parseLogoUrl,
  parseTimezone,
  parseWeekStart,
} from './setting-values.ts'

describe('N5 a logo', () => {
  test.each([
    ['https://cdn.example.com/logo.png', 'https://cdn.example.com/logo.png'],
    ['HTTPS://CDN.Example.com/Logo.png?v=2#top', 'https://cdn.example.com/Logo.png?v=2'],
    ['https://cdn.example.com:443/logo.png', 'https://cdn.example.com/logo.png'],
    ["https://cdn.example.com/a'(b).png", 'https://cdn.example.com/a%27%28b%29.png'],
    ['https://münchen.example/logo.png', 'https://xn--mnchen-3ya.example/logo.png'],
  ])('N5 %s is kept as %s', (given, kept) => {
    expect(parseLogoUrl(given)).toBe(kept)
  })

  test.each([
    ['no address', 'logo.png'],
    ['plain http', 'http://cdn.example.com/logo.png'],
    ['a script', 'javascript:alert(1)'],
    ['a script behind a scheme', 'https:javascript:alert(1)'],
    ['an SVG in a data URL', 'data:image/svg+xml,<svg onload=alert(1)>'],
    ['a scheme that the parser would mend', 'https:/cdn.example.com/logo.png'],
    ['no scheme', '//cdn.example.com/logo.png'],
    ['backslashes', 'https:\\\\cdn.example.com\\logo.png'],
    ['a user', 'https://somebody@cdn.example.com/logo.png'],
    ['a password', 'https://a:b@cdn.example.com/logo.png'],
    ['another port', 'https://cdn.example.com:8443/logo.png'],
    ['a host without a dot', 'https://localhost/logo.png'],
    ['an IPv4 address', 'https://127.0.0.1/logo.png'],
    ['an IPv4 address in disguise', 'https://0x7f.1/logo.png'],
    ['an IPv6 address', 'https://[::1]/logo.png'],
    ['a tab within the scheme', 'ht\ttps://cdn.example.com/logo.png'],
    ['a line break', 'https://cdn.example.com/\nlogo.png'],
    ['a blank in front', ' https://cdn.example.com/logo.png'],
    ['a right-to-left override', 'https://cdn.example.com/\u202egnp.exe'],
    ['too long a text', `https://cdn.example.com/${'a'.repeat(2_048)}`],
    ['nothing', ''],
  ])('N5 with %s is refused', (_, text) => {
    expect(parseLogoUrl(text)).toBeNull()
  })

  test('N5 whatever is kept cannot leave a quoted attribute or a CSS url()', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (tail) => {
        const url = parseLogoUrl(`https://cdn.example.com/${tail}`)
        if (url !== null) expect(url).toMatch(/^https:\/\/cdn\.example\.com\/[^\s"'()<>\\]*$/)
      }),
    )
  })

  test('N5 what is kept is kept again as it is', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), (url) => {
        const kept = parseLogoUrl(url)
        if (kept !== null) expect(parseLogoUrl(kept)).toBe(kept)
      }),
    )
  })
})

describe('N5 a colour', () => {
  test('N5 is six hexadecimal digits, kept in lower case', () => {
    expect(parseColor('#1A2b3C')).toBe('#1a2b3c')
  })

  test.each([
    ['#fff'],
    ['#12345'],
    ['#1234567'],
    ['123456'],
    ['red'],
    ['#12345g'],
    ['#123456;background:url(//evil.example)'],
    ['#123456\n'],
    ['expression(alert(1))'],
    [''],
  ])('N5 %j is refused', (text) => {
    expect(parseColor(text)).toBeNull()
  })
})

describe('N5 a time zone', () => {
  test.each([
    ['UTC'],
    ['Asia/Kolkata'],
    ['Europe/Berlin'],
    ['America/Argentina/Buenos_Aires'],
    ['America/Port-au-Prince'],
  ])('N5 %s is kept as it is', (zone) => {
    expect(parseTimezone(zone)).toBe(zone)
  })

  test('N5 every zone of the IANA database that Intl lists is known', () => {
    const unknown = Intl.supportedValuesOf('timeZone').filter(
      (zone) => parseTimezone(zone) !== zone,
    )
    expect(unknown).toEqual([])
  })

  test.each([
    ['Mars/Olympus'],
    ['+05:30'],
    ['asia/kolkata'],
    ['ASIA/KOLKATA'],
    ['EST'],
    ['Asia/Kolkata '],
    ['../../etc/passwd'],
    [''],
  ])('N5 %j is refused', (text) => {
    expect(parseTimezone(text)).toBeNull()
  })
})

describe('N5 a locale', () => {
  test.each([
    ['en', 'en'],
    ['EN-in', 'en-IN'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['ar-EG-u-nu-latn', 'ar-EG-u-nu-latn'],
  ])('N5 %s is kept as %s', (given, kept) => {
    expect(parseLocale(given)).toBe(kept)
  })

  test.each([['xx-YY'], ['de_DE'], ['tlh'], ['en-'], ['english'], ["en'><script>"], ['']])(
    'N5 %j is refused',
    (text) => {
      expect(parseLocale(text)).toBeNull()
    },
  )
})

describe('N5 other values', () => {
  test('N5 a week begins on one of three days', () => {
    expect(['MONDAY', 'SATURDAY', 'SUNDAY'].map(parseWeekStart)).not.toContain(null)
    expect(['monday', 'FRIDAY', '1', ''].map(parseWeekStart)).toEqual([null, null, null, null])
  })

  test('N5 a date format is one of a list', () => {
    expect(parseDateFormat('DD/MM/YYYY')).toBe('DD/MM/YYYY')
    expect(['YYYY', 'yyyy-mm-dd', '%d', ''].map(parseDateFormat)).toEqual([null, null, null, null])
  })

  test('N5 a brand name has no invisible characters and no markup', () => {
    expect(parseBrandName('  Acme   & Söhne ')).toBe('Acme & Söhne')
    const unfit = ['', '   ', 'a\u202eb', 'a\u0000b', '<b>Acme</b>', 'x'.repeat(81)]
    expect(unfit.map(parseBrandName)).toEqual(unfit.map(() => null))
  })
})
