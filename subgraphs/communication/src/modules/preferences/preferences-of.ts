import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import type { Category, Channel } from '../deliveries/channel.ts'
import { type Decider, effectivePreference } from './decide-delivery.ts'
import {
  type Habit,
  readHabit,
  readOwnWords,
  readWorkspaceWords,
  subjectKey,
} from './preference.repository.ts'

export type Switch = {
  readonly category: Category
  readonly channel: Channel
  readonly enabled: boolean
  readonly decidedBy: Decider
  readonly locked: boolean
}

export type Preferences = Habit & { readonly switches: Switch[] }

export const categories: readonly Category[] = [
  ...(['ACCOUNT', 'SECURITY', 'MEMBERS', 'WORKSPACE', 'BILLING', 'DEVELOPER'] as const),
]
export const channels: readonly Channel[] = ['EMAIL', 'IN_APP', 'SLACK']

/** Outside a workspace nothing else happens to anybody. */
const ofAccount: readonly Category[] = ['ACCOUNT', 'SECURITY']

/** Everything as it holds for a person in the place the context is in. */
export async function preferencesOf(
  ctx: Pick<CommunicationContext, 'em' | 'workspaceId'>,
  userId: IdOf<'user'>,
): Promise<Preferences> {
  const own = await readOwnWords(ctx, userId)
  const said = await readWorkspaceWords(ctx)
  const switches = (ctx.workspaceId === null ? ofAccount : categories).flatMap((category) =>
    channels.map((channel) => {
      const subject = { category, channel }
      const key = subjectKey(subject)
      const held = { own: own.get(key) ?? null, workspace: said.get(key) ?? null }
      return { ...subject, ...effectivePreference(held, subject) }
    }),
  )
  return { ...(await readHabit(ctx, userId)), switches }
}
