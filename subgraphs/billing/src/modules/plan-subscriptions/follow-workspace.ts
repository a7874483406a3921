import type { EventType, LoggedEvent } from '@logicspike/events'
import type { BillingContext } from '../../context.ts'
import { cancelTrial } from './end-trial.ts'
import { eraseWorkspace } from './erase-workspace.ts'
import { resumeTrial } from './resume-trial.ts'
import { startTrial } from './start-trial.ts'

type Follow = (tx: BillingContext, event: Pick<LoggedEvent, 'occurredAt'>) => Promise<unknown>

/** What billing does about what happens to a workspace. Their order matters, so one consumer has all. */
const followers = {
  'workspace.created': (tx, { occurredAt }) => startTrial(tx, { startedAt: occurredAt }),
  'workspace.deleted': cancelTrial,
  'workspace.restored': resumeTrial,
  'workspace.purged': eraseWorkspace,
} as const satisfies Partial<Record<EventType, Follow>>

type Followed = keyof typeof followers

/** The types of events to be consumed. */
export const followedTypes = Object.keys(followers) as readonly Followed[]

/**
 * Does what an event about a workspace asks of billing, in the workspace that `tx` is in. Doing it
 * twice is doing it once. Events of other types ask nothing.
 */
export async function followWorkspace(tx: BillingContext, event: LoggedEvent): Promise<void> {
  if (isFollowed(event.type)) await followers[event.type](tx, event)
}

const isFollowed = (type: string): type is Followed => Object.hasOwn(followers, type)
