import type { TenancyContext } from '../../context.ts'
import { LetterTally } from './letter-tally.entity.ts'

type Writing = Pick<TenancyContext, 'em' | 'clock'>

/** At most `limit` in the `seconds` that begin with the first one. */
export type Allowance = { readonly key: string; readonly limit: number; readonly seconds: number }

/** One statement counts and decides, so that parallel requests cannot slip past the limit. */
const COUNT = `
  insert into letter_tallies as tally (key, count, ends_at) values (?, 1, ?)
  on conflict (key) do update set
    count = case when tally.ends_at <= ? then 1 else tally.count + 1 end,
    ends_at = case when tally.ends_at <= ? then excluded.ends_at else tally.ends_at end
  where tally.ends_at <= ? or tally.count < ?
  returning key`

/**
 * Counts one more, in the transaction of what is counted.
 * @returns 0, or where the allowance is used up, the whole seconds until it begins anew
 */
export async function countLetter(tx: Writing, allowance: Allowance): Promise<number> {
  const { key, limit, seconds } = allowance
  const now = tx.clock.now()
  const endsAt = new Date(now.getTime() + seconds * 1000)
  const counted = await tx.em.execute<object[]>(COUNT, [key, endsAt, now, now, now, limit])
  if (counted.length > 0) return 0
  const tally = await tx.em.findOne(LetterTally, { key }, { refresh: true })
  const left = (tally?.endsAt.getTime() ?? 0) - now.getTime()
  return Math.max(1, Math.ceil(left / 1000))
}
