import type { PersonalSettingName } from './settings.ts'

export type SettingLockedError = {
  readonly __typename: 'SettingLockedError'
  readonly message: string
  readonly path: string[]
}

export const settingLocked = (name: PersonalSettingName): SettingLockedError => ({
  __typename: 'SettingLockedError',
  message: 'The workspace decides this for everybody.',
  path: ['patch', name],
})
