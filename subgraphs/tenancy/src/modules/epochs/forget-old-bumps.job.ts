import type { TenancyContext } from '../../context.ts'
import { RecentEpochBump } from './recent-epoch-bump.entity.ts'

/** Far beyond the life of any token and of what verifiers ask for. */
const KEPT_MS = 3_600_000

/** Removes bumps that no living token can predate. @returns how many */
export function forgetOldBumps(ctx: Pick<TenancyContext, 'em' | 'clock'>): Promise<number> {
  const oldest = new Date(ctx.clock.now().getTime() - KEPT_MS)
  return ctx.em.nativeDelete(RecentEpochBump, { bumpedAt: { $lt: oldest } })
}
