import type { DeveloperContext } from '../../context.ts'
import { RegisteredEventType } from './registered-event-type.entity.ts'

type Reading = Pick<DeveloperContext, 'em'>

/** Every version of the types of a service, by name, the newest of each first. */
export const listVersionsOf = (ctx: Reading, service: string): Promise<RegisteredEventType[]> =>
  ctx.em.find(RegisteredEventType, { service }, { orderBy: { name: 'asc', version: 'desc' } })

/** The newest version of every registered type, by name. */
export async function listNewestVersions(ctx: Reading): Promise<RegisteredEventType[]> {
  const all = await ctx.em.find(
    RegisteredEventType,
    {},
    { orderBy: { name: 'asc', version: 'desc' } },
  )
  return newestOf(all)
}

/** @param versions by name, the newest of each first */
export function newestOf(versions: readonly RegisteredEventType[]): RegisteredEventType[] {
  return versions.filter(({ name }, index) => versions[index - 1]?.name !== name)
}
