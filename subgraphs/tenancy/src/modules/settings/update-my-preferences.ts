import { ok, type Result, refuse } from '@logicspike/errors'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import type { Member } from '../members/member.entity.ts'
import { enterAsMember } from '../workspaces/enter-workspace.ts'
import { parsePatch, type SettingsPatch } from './parse-patch.ts'
import { type SettingLockedError, settingLocked } from './setting.errors.ts'
import { readMemberWords, readWorkspaceWords, writeMemberWord } from './setting.repository.ts'
import { type PersonalSettingName, personalSettingNames } from './settings.ts'

/**
 * Changes the caller's own settings in the workspace. What is locked can be unset, but not set.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (no member of the token's workspace)
 */
export async function updateMyPreferences(
  tx: TenancyContext,
  input: { readonly patch: SettingsPatch<PersonalSettingName> },
): Promise<Result<Member, InvalidInputError | SettingLockedError>> {
  const { acting } = await enterAsMember(tx)
  const { member } = acting
  const parsed = parsePatch(input.patch, personalSettingNames)
  if (!parsed.ok) return parsed
  const words = await readWorkspaceWords(tx)
  const locked = [...parsed.value].filter(
    ([name, value]) => value !== null && words.get(name)?.locked,
  )
  if (locked.length > 0) return refuse(...locked.map(([name]) => settingLocked(name)))

  const [own] = await readMemberWords(tx, [member.id])
  const changes = [...parsed.value].filter(([name, value]) => value !== (own?.get(name) ?? null))
  for (const [name, value] of changes) await writeMemberWord(tx, member.id, name, value)
  if (changes.length > 0) {
    const { id: memberId, tenantId: workspaceId, userId } = member
    await announce(
      tx,
      'member.preferences_changed',
      { type: 'member', id: memberId },
      {
        ...{ workspaceId, memberId, userId },
        settings: changes.map(([name]) => name),
      },
    )
  }
  return ok(member)
}
