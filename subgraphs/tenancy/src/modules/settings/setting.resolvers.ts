import { hasPermission } from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import DataLoader from 'dataloader'
import type {
  MemberResolvers,
  MutationResolvers,
  SettingsResolvers,
  ViewerResolvers,
  WorkspaceResolvers,
} from '../../__generated__/resolvers.ts'
import type { TenancyContext } from '../../context.ts'
import { mutate } from '../../mutate.ts'
import { actingMember, reading } from '../../reads.ts'
import type { Member } from '../members/member.entity.ts'
import {
  type EffectiveSettings,
  effectiveSettings,
  type WorkspaceWords,
} from './effective-settings.ts'
import { readMemberWords, readWorkspaceWords } from './setting.repository.ts'
import { updateMyPreferences } from './update-my-preferences.ts'
import { updateWorkspaceSettings } from './update-workspace-settings.ts'

const Mutation: Pick<MutationResolvers, 'updateWorkspaceSettings' | 'updateMyPreferences'> = {
  updateWorkspaceSettings: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => updateWorkspaceSettings(tx, input))
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
  updateMyPreferences: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => updateMyPreferences(tx, input))
    return { member: resultOf(result), userErrors: errorsOf(result) }
  },
}

const Settings: SettingsResolvers = {
  branding: ({ brandName, logoUrl, primaryColor, accentColor }) => ({
    name: brandName,
    ...{ logoUrl, primaryColor, accentColor },
  }),
}

const Workspace: Pick<WorkspaceResolvers, 'settings'> = {
  settings: async ({ id }, _, ctx) => {
    if (id !== ctx.workspaceId || !hasPermission(ctx, 'tenancy:settings.read')) return null
    return effectiveSettings(await workspaceWords(ctx))
  },
}

const MemberType: Pick<MemberResolvers, 'effectiveSettings'> = {
  effectiveSettings: (member, _, ctx) => {
    const isOwn = member.userId === ctx.actor?.userId
    const isVisible = isOwn || hasPermission(ctx, 'tenancy:settings.read')
    return member.tenantId === ctx.workspaceId && isVisible ? settingsOf(ctx, member) : null
  },
}

const Viewer: Pick<ViewerResolvers, 'settings'> = {
  settings: async (_, __, ctx) => {
    const acting = await actingMember(ctx)
    return acting && settingsOf(ctx, acting.member)
  },
}

async function settingsOf(ctx: TenancyContext, member: Member): Promise<EffectiveSettings> {
  const loader = await ctx.loaders.once('member-words', async () => memberWordsLoader(ctx))
  const [workspace, own] = await Promise.all([workspaceWords(ctx), loader.load(member.id)])
  return effectiveSettings(workspace, own)
}

const workspaceWords = (ctx: TenancyContext): Promise<WorkspaceWords> =>
  ctx.loaders.once('workspace-words', () => reading(ctx, readWorkspaceWords))

/** Members of a list are asked about together. */
const memberWordsLoader = (ctx: TenancyContext) =>
  new DataLoader((ids: readonly Member['id'][]) => reading(ctx, (at) => readMemberWords(at, ids)))

export const settingResolvers = { Mutation, Settings, Workspace, Member: MemberType, Viewer }
