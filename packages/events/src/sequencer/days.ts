import type { Queryable } from '../log/connection.ts'

/** Days for which there are partitions in advance. A sequencer that stands still longer finds some. */
const daysAhead = 7

const provide = `
  select events.provide_partition((now() at time zone 'UTC')::date + ahead)
  from generate_series(0, $1::int) ahead`

/** Makes the partitions of today and of the days to come where they are missing. */
export async function provideDays(leader: Queryable): Promise<void> {
  await leader.query(provide, [daysAhead])
}
