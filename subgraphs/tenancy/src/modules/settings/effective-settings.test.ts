import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  effectiveSetting,
  effectiveSettings,
  type MemberWords,
  type WorkspaceWord,
  type WorkspaceWords,
} from './effective-settings.ts'
import { isPersonal, personalSettingNames, settingDefinitions, settingNames } from './settings.ts'

const name = fc.constantFrom(...settingNames)
const personalName = fc.constantFrom(...personalSettingNames)
const word = fc.record<WorkspaceWord>({
  value: fc.option(fc.string()),
  locked: fc.boolean(),
})
const workspaceWord = fc.option(word, { nil: undefined })
const memberWord = fc.option(fc.string(), { nil: undefined })
const workspaceWords: fc.Arbitrary<WorkspaceWords> = fc
  .array(fc.tuple(name, word))
  .map((entries) => new Map(entries))
const memberWords: fc.Arbitrary<MemberWords> = fc
  .array(fc.tuple(personalName, fc.string()))
  .map((entries) => new Map(entries))

describe('N1 precedence of settings', () => {
  test('N1 the default holds where nobody has said anything', () => {
    for (const [setting, { value, source }] of Object.entries(effectiveSettings(new Map()))) {
      expect(source).toBe('DEFAULT')
      expect(value).toBe(settingDefinitions[setting as keyof typeof settingDefinitions].unset)
    }
  })

  test('N1 the workspace prevails over the default, whatever it says', () => {
    fc.assert(
      fc.property(name, fc.string(), fc.boolean(), (setting, value, locked) => {
        const { source, ...held } = effectiveSetting(setting, { value, locked }, undefined)
        expect(source).toBe('WORKSPACE')
        expect(held.value).toBe(value)
      }),
    )
  })

  test('N1 the member prevails over both where nothing is locked', () => {
    fc.assert(
      fc.property(personalName, fc.option(fc.string()), fc.string(), (setting, value, own) => {
        expect(effectiveSetting(setting, { value, locked: false }, own)).toEqual({
          ...{ value: own, source: 'USER', locked: false },
        })
      }),
    )
  })

  test('N1 under a lock the member’s word changes nothing', () => {
    fc.assert(
      fc.property(personalName, fc.option(fc.string()), memberWord, (setting, value, own) => {
        const locked = { value, locked: true }
        expect(effectiveSetting(setting, locked, own)).toEqual(
          effectiveSetting(setting, locked, undefined),
        )
      }),
    )
  })

  test('N1 locking and unlocking gives back what held before', () => {
    fc.assert(
      fc.property(personalName, fc.option(fc.string()), memberWord, (setting, value, own) => {
        const before = effectiveSetting(setting, { value, locked: false }, own)
        const during = effectiveSetting(setting, { value, locked: true }, own)
        const after = effectiveSetting(setting, { value, locked: false }, own)
        expect(during.source).not.toBe('USER')
        expect(after).toEqual(before)
      }),
    )
  })

  test('N1 what is not for members to decide is always locked, and never theirs', () => {
    fc.assert(
      fc.property(name, workspaceWord, memberWord, (setting, workspace, own) => {
        const { locked, source } = effectiveSetting(setting, workspace, own)
        if (isPersonal(setting)) return
        expect(locked).toBe(true)
        expect(source).not.toBe('USER')
      }),
    )
  })

  test('N1 a setting that is unset holds like one that was never set', () => {
    fc.assert(
      fc.property(name, fc.boolean(), memberWord, (setting, locked, own) => {
        if (locked) return
        expect(effectiveSetting(setting, { value: null, locked }, own)).toEqual(
          effectiveSetting(setting, undefined, own),
        )
      }),
    )
  })

  test('N1 an empty text is a value, not the absence of one', () => {
    expect(effectiveSetting('timezone', { value: '', locked: false }, undefined)).toMatchObject({
      value: '',
      source: 'WORKSPACE',
    })
    expect(effectiveSetting('timezone', undefined, '')).toMatchObject({ value: '', source: 'USER' })
  })

  test('N1 settings do not touch one another', () => {
    fc.assert(
      fc.property(workspaceWords, memberWords, name, word, (workspace, member, other, said) => {
        const before = effectiveSettings(workspace, member)
        const after = effectiveSettings(new Map([...workspace, [other, said]]), member)
        for (const setting of settingNames) {
          if (setting !== other) expect(after[setting]).toEqual(before[setting])
        }
      }),
    )
  })
})
