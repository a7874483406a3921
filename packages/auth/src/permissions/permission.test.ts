import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { definePermissions, isPermission, isServiceName } from './permission.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?$/)
const permission = fc.tuple(word, word, word).map(([s, r, a]) => `${s}:${r}.${a}`)

describe('a permission', () => {
  test('is a service, a resource and an action', () => {
    fc.assert(fc.property(permission, (text) => expect(isPermission(text)).toBe(true)))
  })

  test('is one no more when any character is put into it that does not belong', () => {
    const foreign = fc.constantFrom(...' *\t\n\0,;/\\"\'%_|:.ABZ\u00e4\u0430\u200b\u2024\uff1a')
    fc.assert(
      fc.property(permission, foreign, fc.nat(), (text, character, position) => {
        const at = position % (text.length + 1)
        expect(isPermission(text.slice(0, at) + character + text.slice(at))).toBe(false)
      }),
    )
  })

  test('is one no more in any case but lower', () => {
    fc.assert(
      fc.property(permission, fc.nat(), (text, position) => {
        const at = position % text.length
        const changed = text.slice(0, at) + text.charAt(at).toUpperCase() + text.slice(at + 1)
        expect(isPermission(changed)).toBe(changed === text)
      }),
    )
  })

  test('has no proper prefix that lacks its action', () => {
    fc.assert(
      fc.property(permission, (text) => {
        for (let end = 0; end <= text.indexOf('.') + 1; end++) {
          expect(isPermission(text.slice(0, end))).toBe(false)
        }
      }),
    )
  })

  test.each([
    ['a wildcard', 'blog:*'],
    ['a wildcard action', 'blog:posts.*'],
    ['a Cyrillic o', 'bl\u043eg:posts.write'],
    ['a dotless i', 'blog:posts.ed\u0131t'],
    ['a ligature', 'blog:o\ufb03ces.read'],
    ['full-width letters', '\uff42log:posts.write'],
    ['a fraction slash', 'blog:posts\u2044write'],
    ['a soft hyphen', 'blog:po\u00adsts.write'],
    ['a trailing hyphen', 'blog:posts-.write'],
    ['two hyphens', 'blog:blog--posts.write'],
    ['a leading digit', '9blog:posts.write'],
    ['two resources', 'blog:posts.comments.write'],
    ['101 characters', `blog:posts.${'w'.repeat(90)}`],
    ['an empty text', ''],
    ['a list', ['blog:posts.write']],
    ['an object that reads like one', { toString: () => 'blog:posts.write' }],
  ])('is not %s', (_, text) => {
    expect(isPermission(text)).toBe(false)
  })

  test('may be 100 characters long', () => {
    expect(isPermission(`blog:posts.${'w'.repeat(89)}`)).toBe(true)
  })
})

describe('a service name', () => {
  test.each(['blog', 'media-library', 'web3'])('may be %s', (name) => {
    expect(isServiceName(name)).toBe(true)
  })

  test.each(['', 'Blog', '-blog', 'blog-', 'blog:posts', '*', 'b'.repeat(41), 'bl\u043eg', null])(
    'is not %p',
    (name) => {
      expect(isServiceName(name)).toBe(false)
    },
  )
})

describe('definePermissions', () => {
  const description = 'Write posts.'

  test('gives each its full name and its service', () => {
    expect(
      definePermissions('blog', [{ name: 'posts.write', description, roles: ['admin'] }]),
    ).toEqual([{ name: 'blog:posts.write', service: 'blog', description, roles: ['admin'] }])
  })

  test.each([
    ['a malformed service', 'Blog', ['posts.write'], description],
    ['a wildcard', 'blog', ['posts.*'], description],
    ['an action without a resource', 'blog', ['write'], description],
    ['a permission defined twice', 'blog', ['posts.write', 'posts.write'], description],
    ['an empty description', 'blog', ['posts.write'], ' '],
  ])('refuses %s', (_, service, names, text) => {
    const definitions = names.map((name) => ({ name, description: text, roles: [] }))
    expect(() => definePermissions(service, definitions)).toThrow(TypeError)
  })

  test('refuses to give a role what only services may hold', () => {
    const definition = { name: 'posts.import', description, servicesOnly: true } as const
    expect(definePermissions('blog', [{ ...definition, roles: [] }])).toMatchObject([
      { servicesOnly: true },
    ])
    expect(() => definePermissions('blog', [{ ...definition, roles: ['admin'] }])).toThrow(
      'is for services only',
    )
  })
})
