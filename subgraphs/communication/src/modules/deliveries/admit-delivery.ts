import { advisoryLock } from '@logicspike/database'
import type { CommunicationContext } from '../../context.ts'
import { switchPlace } from '../../place.ts'
import { type NotificationKind, notificationKind } from '../notifications/notification-types.ts'
import { type Decision, decideDelivery } from '../preferences/decide-delivery.ts'
import { readHeld } from '../preferences/preference.repository.ts'
import { lockCompanions, lockSaying, type Saying } from './delivery.repository.ts'
import { assertTransition, isOpen } from './delivery-states.ts'
import type { Reading } from './describe-message.ts'
import { type Claimed, dequeue, enqueue, holdClaim, postpone } from './dispatch-queue.ts'
import { countMail } from './mail-cap.ts'
import type { NotificationDelivery } from './notification-delivery.entity.ts'

/** How long a mail waits for its reader to verify their address. */
const UNVERIFIED_FOR_MS = 7 * 86_400_000
const LOOK_AGAIN_MS = 3_600_000

/**
 * Asks the gate, once more and for the last time, whether a delivery may go out now, and if so
 * begins the attempt. This is the only place from which anything gets to a sender.
 * @returns what is to be said, oldest first, itself included; null where nothing is, for now or for good
 */
export async function admitDelivery(
  tx: CommunicationContext,
  claimed: Claimed,
  reading: Reading,
): Promise<readonly Saying[] | null> {
  const { workspaceId, userId } = claimed.place
  // Deliveries of one reader may be taken into one another's digests: one after the other.
  await advisoryLock(tx.em, 'communication.reader', `${workspaceId}:${userId}`)
  if (!(await holdClaim(tx, claimed))) return null
  const saying = await lockSaying(tx, claimed.id as NotificationDelivery['id'])
  const kind = saying && notificationKind(saying.notification.type)
  if (!saying || !kind || !isOpen(saying.delivery.status)) {
    await dequeue(tx, [claimed.id])
    return null
  }
  const decision = await decide(tx, saying, kind, reading)
  if (decision.do === 'send') return begin(tx, claimed, saying, kind, reading)
  await hold(tx, claimed, saying.delivery, decision)
  return null
}

/** What the gate says, and before it what stands in the way on the reader's side. */
type Verdict = Decision | { readonly do: 'suppress'; readonly reason: string } | Waiting

type Waiting = { readonly do: 'wait'; readonly until: Date; readonly reason?: string }

async function decide(
  tx: CommunicationContext,
  { delivery, notification }: Saying,
  { category, isSecurity }: NotificationKind,
  { user, recipient }: Reading,
): Promise<Verdict> {
  const { userId, channel, isDigest, dueAt, createdAt } = delivery
  const now = tx.clock.now()
  if (userId !== null && !user?.canSignIn) return { do: 'suppress', reason: 'account-closed' }
  if (channel === 'EMAIL' && recipient.email === null) {
    const isHopeless = now.getTime() - createdAt.getTime() >= UNVERIFIED_FOR_MS
    if (isHopeless) return { do: 'suppress', reason: 'address-unverified' }
    const until = new Date(now.getTime() + LOOK_AGAIN_MS)
    return { do: 'wait', until, reason: 'address-unverified' }
  }
  const subject = { category, channel }
  // What has been chosen is looked up where it happened, whichever inbox it is in.
  const { workspaceId, tenantId } = notification
  const at = await switchPlace(tx, { workspaceId, userId })
  const held = await readHeld(at, userId, subject, recipient.timezone)
  await switchPlace(tx, { workspaceId: tenantId, userId })
  const isDue = isDigest && dueAt !== null && dueAt <= now
  return decideDelivery(held, { ...subject, isSecurity }, now, isDue)
}

/** Not now, or not at all. */
async function hold(
  tx: CommunicationContext,
  claimed: Claimed,
  delivery: NotificationDelivery,
  verdict: Exclude<Verdict, { do: 'send' }>,
): Promise<void> {
  if (verdict.do === 'suppress') {
    if (delivery.bundleId !== null) await releaseCompanions(tx, claimed, delivery)
    suppress(delivery, verdict.reason)
    await tx.em.flush()
    await dequeue(tx, [claimed.id])
    return
  }
  const at = verdict.do === 'digest' ? verdict.at : verdict.until
  delivery.status = assertTransition(delivery.status, 'postpone')
  delivery.dueAt = at
  delivery.isDigest ||= verdict.do === 'digest'
  delivery.reason = verdict.do === 'wait' && 'reason' in verdict ? (verdict.reason ?? null) : null
  await tx.em.flush()
  await postpone(tx, claimed, at)
}

/** What a delivery was to carry goes on by itself. */
async function releaseCompanions(
  tx: CommunicationContext,
  { place }: Claimed,
  lead: NotificationDelivery,
): Promise<void> {
  const now = tx.clock.now()
  const left = (await lockCompanions(tx, lead, now)).filter((it) => isOpen(it.delivery.status))
  for (const { delivery } of left) {
    delivery.status = assertTransition(delivery.status, 'postpone')
    delivery.bundleId = null
    delivery.dueAt = now
  }
  await enqueue(
    tx,
    left.map(({ delivery: { id } }) => ({ id, place, dueAt: now })),
  )
}

function suppress(delivery: NotificationDelivery, reason: string): void {
  delivery.status = assertTransition(delivery.status, 'suppress')
  delivery.dueAt = null
  delivery.bundleId = null
  delivery.reason = reason
}

async function begin(
  tx: CommunicationContext,
  claimed: Claimed,
  saying: Saying,
  kind: NotificationKind,
  reading: Reading,
): Promise<readonly Saying[] | null> {
  const { delivery } = saying
  const { userId, channel } = delivery
  const isFirst = delivery.attempts === 0
  if (channel === 'EMAIL' && userId !== null && isFirst) {
    const until = await countMail(tx, userId, !kind.isSecurity)
    if (until) {
      await hold(tx, claimed, delivery, { do: 'digest', at: until })
      return null
    }
  }
  const companions = delivery.isDigest ? await gather(tx, delivery, reading) : []
  for (const { delivery: each } of [saying, ...companions]) {
    each.status = assertTransition(each.status, 'attempt')
    each.attempts += 1
    if (each.isDigest) each.bundleId = delivery.id
  }
  await tx.em.flush()
  await dequeue(
    tx,
    companions.map((it) => it.delivery.id),
  )
  return [saying, ...companions].sort((one, other) =>
    one.notification.id < other.notification.id ? -1 : 1,
  )
}

/** What goes out with it; each has to pass the gate by itself. */
async function gather(
  tx: CommunicationContext,
  lead: NotificationDelivery,
  reading: Reading,
): Promise<Saying[]> {
  const passed: Saying[] = []
  for (const saying of await lockCompanions(tx, lead, tx.clock.now())) {
    const kind = notificationKind(saying.notification.type)
    if (!kind || !isOpen(saying.delivery.status)) continue
    const decision = await decide(tx, saying, kind, reading)
    if (decision.do === 'send') passed.push(saying)
    if (decision.do === 'suppress') {
      suppress(saying.delivery, decision.reason)
      await dequeue(tx, [saying.delivery.id])
    }
  }
  return passed
}
