import type { EpochBump } from '@logicspike/auth'
import type { IdOf } from '@logicspike/ids'
import { ofWorkspace } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { MembershipEpoch } from './membership-epoch.entity.ts'
import { RecentEpochBump } from './recent-epoch-bump.entity.ts'

type Reading = Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>

/** The epoch that a token minted now must carry; 0 before the first bump. */
export async function readEpoch(ctx: Reading, userId: IdOf<'user'>): Promise<number> {
  const row = await ctx.em.findOne(MembershipEpoch, { ...ofWorkspace(ctx), userId })
  return row?.epoch ?? 0
}

/** Bumps of all workspaces at or after `since`, as far back as they are kept. */
export async function listRecentBumps(
  ctx: Pick<TenancyContext, 'em'>,
  since: Date,
): Promise<EpochBump[]> {
  const rows = await ctx.em.find(RecentEpochBump, { bumpedAt: { $gte: since } })
  return rows.map(({ subject, epoch, bumpedAt }) => ({
    subject,
    epoch,
    bumpedAt: bumpedAt.toISOString(),
  }))
}
