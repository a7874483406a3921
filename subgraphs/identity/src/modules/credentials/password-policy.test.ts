import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { contextWords, findPasswordProblem, findShapeProblem } from './password-policy.ts'

describe('a new password', () => {
  test.each([
    ['correct horse battery staple'],
    ['  blanks at both ends are kept  '],
    ['zk4q-vN82-pwQx'],
    ['пароль-который-никто-не-знает'],
    ['🦊🐻🌲🚲🎈🧩🪁🛶'],
    ['with\u0000a NUL in the middle of it'],
    ['a long sentence, repeated as often as fits. '.repeat(23)],
  ])('%j is good enough', (password) => {
    expect(findPasswordProblem(password, { email: 'ada@example.com' })).toBeNull()
  })

  test.each([
    ['', 'TOO_SHORT'],
    ['zk4qvN8', 'TOO_SHORT'],
    ['🦊🐻🌲🚲🎈🧩🪁', 'TOO_SHORT'],
    ['e\u0301'.repeat(7), 'TOO_SHORT'],
    ['x7'.repeat(512).concat('!'), 'TOO_LONG'],
    ['x'.repeat(1_000_000), 'TOO_LONG'],
    ['half a pair \ud83e of surrogates', 'MALFORMED'],
    ['password1', 'COMMON'],
    ['PassWord1', 'COMMON'],
    ['qwertyuiop', 'COMMON'],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'GUESSABLE'],
    ['p4$$w0rd2026', 'GUESSABLE'],
    ['Summer2026!', 'GUESSABLE'],
    ['logicspike', 'PERSONAL'],
    ['LogicSpike-2026', 'PERSONAL'],
    ['ada.lovelace@example.com', 'PERSONAL'],
    ['lovelace1815!', 'PERSONAL'],
    ['AugustaAda1', 'PERSONAL'],
  ])('%j is refused as %s', (password, problem) => {
    const context = { email: 'ada.lovelace@example.com', displayName: 'Augusta Ada' }
    expect(findPasswordProblem(password, context)).toBe(problem)
  })

  test('there are no composition rules: one kind of character is enough when there are many', () => {
    expect(findPasswordProblem('wobblypelicanthirteenumbrellas')).toBeNull()
  })

  test('no text makes the check fail, and none over the limit is looked into', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        findPasswordProblem(text, { email: text, displayName: text })
      }),
      { numRuns: 50 },
    )
    expect(findShapeProblem('x'.repeat(50_000_000))).toBe('TOO_LONG')
  })
})

describe('words a password should not consist of', () => {
  test('are the platform, the address, the name and their parts of four letters and more', () => {
    expect(contextWords({ email: 'Ada.Byron@ex.com', displayName: 'Ada King' }).toSorted()).toEqual(
      ['ada king', 'ada.byron@ex.com', 'adabyronexcom', 'adaking', 'byron', 'king', 'logicspike'],
    )
  })
})
