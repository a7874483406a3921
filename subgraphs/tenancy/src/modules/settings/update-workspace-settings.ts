import { ok, type Result } from '@logicspike/errors'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import type { Workspace } from '../workspaces/workspace.entity.ts'
import type { WorkspaceWord } from './effective-settings.ts'
import { parsePatch, type SettingsPatch } from './parse-patch.ts'
import { readWorkspaceWords, writeWorkspaceWord } from './setting.repository.ts'
import { isPersonal, type PersonalSettingName, type SettingName, settingNames } from './settings.ts'

type Locks = { readonly [Name in PersonalSettingName]?: boolean | null | undefined }
type Input = {
  readonly patch?: SettingsPatch<SettingName> | null | undefined
  readonly locks?: Locks | null | undefined
}

const silence: WorkspaceWord = { value: null, locked: false }

/**
 * Changes what the workspace says about its settings, and which of them members cannot decide for
 * themselves. A change that changes nothing is no event.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export async function updateWorkspaceSettings(
  tx: TenancyContext,
  input: Input,
): Promise<Result<Workspace, InvalidInputError>> {
  const { workspace } = await enterWorkspace(tx, 'tenancy:settings.update')
  const parsed = parsePatch(input.patch ?? {}, settingNames)
  if (!parsed.ok) return parsed

  const words = await readWorkspaceWords(tx)
  const changed: SettingName[] = []
  for (const name of settingNames) {
    const before = words.get(name) ?? silence
    const value = parsed.value.get(name)
    const locked = isPersonal(name) ? input.locks?.[name] : null
    const after = {
      value: value === undefined ? before.value : value,
      locked: locked ?? before.locked,
    }
    if (after.value === before.value && after.locked === before.locked) continue
    await writeWorkspaceWord(tx, name, after)
    changed.push(name)
  }
  if (changed.length > 0) await announceChange(tx, workspace, changed)
  return ok(workspace)
}

const announceChange = (
  tx: TenancyContext,
  { id }: Workspace,
  settings: SettingName[],
): Promise<void> =>
  announce(
    tx,
    'workspace.settings_changed',
    { type: 'workspace', id },
    {
      workspaceId: id,
      settings,
    },
  )
