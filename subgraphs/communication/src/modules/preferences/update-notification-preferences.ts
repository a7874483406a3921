import { ok, type Result, refuse } from '@logicspike/errors'
import { requireUser } from '@logicspike/subgraph-kit'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { CommunicationContext } from '../../context.ts'
import type { Digest } from './decide-delivery.ts'
import { type NotificationLockedError, notificationLocked } from './preference.errors.ts'
import { type Subject, writeHabit, writeOwnWord } from './preference.repository.ts'
import { type Preferences, preferencesOf } from './preferences-of.ts'
import { isTimeOfDay, type QuietHours } from './quiet-hours.ts'

type Input = {
  readonly switches?: readonly (Subject & { readonly enabled?: boolean | null })[] | null
  readonly digest?: Digest | null
  readonly quietHours?: QuietHours | null
}

type Failure = InvalidInputError | NotificationLockedError

/**
 * Changes what the caller wants to hear of in the place of their token. What is locked can be given
 * back, but not decided.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (a service is told nothing)
 */
export async function updateNotificationPreferences(
  tx: CommunicationContext,
  { switches, digest, quietHours }: Input,
): Promise<Result<Preferences, Failure>> {
  const { userId } = requireUser(tx)
  const before = await preferencesOf(tx, userId)
  const failures = [
    ...(switches ?? []).flatMap((wanted, at) => switchFaults(before, wanted, at)),
    ...(quietHours ? quietHoursFaults(quietHours) : []),
  ]
  if (failures.length > 0) return refuse(...failures)
  for (const wanted of switches ?? []) {
    await writeOwnWord(tx, userId, wanted, wanted.enabled ?? null)
  }
  if (digest !== undefined || quietHours !== undefined) {
    await writeHabit(tx, userId, {
      digest: digest === undefined ? before.digest : (digest ?? 'OFF'),
      quietHours: quietHours === undefined ? before.quietHours : quietHours,
    })
  }
  tx.em.clear()
  return ok(await preferencesOf(tx, userId))
}

function switchFaults(
  { switches }: Preferences,
  { category, channel, enabled = null }: Subject & { readonly enabled?: boolean | null },
  at: number,
): Failure[] {
  const held = switches.find((it) => it.category === category && it.channel === channel)
  const path = ['switches', String(at)]
  if (!held) return [invalidInput('Nothing of this kind happens outside a workspace.', ...path)]
  return held.locked && enabled !== null ? [notificationLocked(...path)] : []
}

const quietHoursFaults = (hours: QuietHours): InvalidInputError[] =>
  (['from', 'until'] as const)
    .filter((name) => !isTimeOfDay(hours[name]))
    .map((name) => invalidInput('A time is written like 22:30.', 'quietHours', name))
