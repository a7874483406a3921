import type { TenancyContext } from '../../context.ts'
import { LetterTally } from './letter-tally.entity.ts'

/** Removes counts whose span is over. @returns how many */
export const forgetOldTallies = (ctx: Pick<TenancyContext, 'em' | 'clock'>): Promise<number> =>
  ctx.em.nativeDelete(LetterTally, { endsAt: { $lt: ctx.clock.now() } })
