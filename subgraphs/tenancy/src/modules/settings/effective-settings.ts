import { isPersonal, type SettingName, settingDefinitions, settingNames } from './settings.ts'

/** Whose word a value is. */
export type SettingSource = 'DEFAULT' | 'WORKSPACE' | 'USER'

/** A setting as it holds for somebody. */
export type EffectiveSetting = {
  readonly value: string | null
  readonly source: SettingSource
  /** Whether members cannot have a value of their own. */
  readonly locked: boolean
}

export type EffectiveSettings = Readonly<Record<SettingName, EffectiveSetting>>

/** What a workspace has said about one setting; a value of null is unset, and may still be locked. */
export type WorkspaceWord = { readonly value: string | null; readonly locked: boolean }

export type WorkspaceWords = ReadonlyMap<SettingName, WorkspaceWord>
export type MemberWords = ReadonlyMap<SettingName, string>

/**
 * What holds: the member's word, unless the setting is locked or not theirs to decide; else the
 * workspace's; else the platform's. A lock keeps members' words but does not hear them, so that they
 * hold again once it is gone.
 */
export function effectiveSetting(
  name: SettingName,
  workspace: WorkspaceWord | undefined,
  member: string | undefined,
): EffectiveSetting {
  const locked = !isPersonal(name) || (workspace?.locked ?? false)
  if (!locked && member !== undefined) return { value: member, source: 'USER', locked }
  const value = workspace?.value ?? null
  if (value !== null) return { value, source: 'WORKSPACE', locked }
  return { value: settingDefinitions[name].unset, source: 'DEFAULT', locked }
}

/** All settings as they hold in a workspace, and for a member where one is given. */
export function effectiveSettings(
  workspace: WorkspaceWords,
  member: MemberWords = new Map(),
): EffectiveSettings {
  const entries = settingNames.map((name) => [
    name,
    effectiveSetting(name, workspace.get(name), member.get(name)),
  ])
  return Object.fromEntries(entries) as EffectiveSettings
}
