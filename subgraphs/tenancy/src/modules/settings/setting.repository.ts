import type { IdOf } from '@logicspike/ids'
import { ofWorkspace } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import type { MemberWords, WorkspaceWord, WorkspaceWords } from './effective-settings.ts'
import { MemberPreference } from './member-preference.entity.ts'
import { isPersonal, type PersonalSettingName, type SettingName, settingNames } from './settings.ts'
import { WorkspaceSetting } from './workspace-setting.entity.ts'

type Reading = Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>
type Writing = Reading & Pick<TenancyContext, 'clock'>

/** A row of a setting that has been withdrawn from the table of definitions says nothing any more. */
const isKnown = (name: string): name is SettingName => settingNames.some((known) => known === name)

export async function readWorkspaceWords(ctx: Reading): Promise<WorkspaceWords> {
  const rows = await ctx.em.find(WorkspaceSetting, ofWorkspace(ctx))
  return new Map(
    rows
      .filter(({ name }) => isKnown(name))
      .map(({ name, value, locked }) => [name, { value: value ?? null, locked }]),
  )
}

/** What each of some members has said, in the order asked for. */
export async function readMemberWords(
  ctx: Reading,
  memberIds: readonly IdOf<'member'>[],
): Promise<MemberWords[]> {
  const rows = await ctx.em.find(MemberPreference, {
    ...ofWorkspace(ctx),
    memberId: { $in: [...memberIds] },
  })
  const words = new Map(memberIds.map((id) => [id, new Map<SettingName, string>()]))
  for (const { memberId, name, value } of rows) {
    if (isKnown(name) && isPersonal(name)) words.get(memberId)?.set(name, value)
  }
  return memberIds.map((id) => words.get(id) ?? new Map())
}

/** Keeps what the workspace says about a setting; saying nothing leaves no row. */
export async function writeWorkspaceWord(
  tx: Writing,
  name: SettingName,
  { value, locked }: WorkspaceWord,
): Promise<void> {
  const key = { ...ofWorkspace(tx), name }
  if (value === null && !locked) await tx.em.nativeDelete(WorkspaceSetting, key)
  else await tx.em.upsert(WorkspaceSetting, { ...key, value, locked, updatedAt: tx.clock.now() })
}

/** Keeps what a member says about a setting of their own; null leaves no row. */
export async function writeMemberWord(
  tx: Writing,
  memberId: IdOf<'member'>,
  name: PersonalSettingName,
  value: string | null,
): Promise<void> {
  const key = { ...ofWorkspace(tx), memberId, name }
  if (value === null) await tx.em.nativeDelete(MemberPreference, key)
  else await tx.em.upsert(MemberPreference, { ...key, value, updatedAt: tx.clock.now() })
}
