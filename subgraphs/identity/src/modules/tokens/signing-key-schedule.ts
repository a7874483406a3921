import { ACCESS_TOKEN_MAX_TTL_SECONDS, CLOCK_TOLERANCE_SECONDS } from '@logicspike/auth'

/** When a key signs and when it is forgotten. */
export type KeyTimes = { readonly activatesAt: Date; readonly retiresAt: Date | null }

const DAY_MS = 86_400_000

/** How long each key signs; its successor is published for as long before it takes over. */
export const SIGNING_PERIOD_MS = 30 * DAY_MS

/**
 * How long a key verifies after its last signature: the longest token's life, and an hour for
 * processes that learn late that it was replaced.
 */
export const RETENTION_MS =
  (ACCESS_TOKEN_MAX_TTL_SECONDS + CLOCK_TOLERANCE_SECONDS) * 1000 + 3_600_000

/** The key that signs at `now`: the one activated last. Never one whose time has not come. */
export function currentKey<Key extends KeyTimes>(keys: readonly Key[], now: Date): Key | null {
  const active = keys.filter(({ activatesAt }) => activatesAt <= now)
  return active.toSorted(byActivation).at(-1) ?? null
}

/** The keys that verifiers should know at `now`: Next, Current and Previous. */
export function publishedKeys<Key extends KeyTimes>(keys: readonly Key[], now: Date): Key[] {
  return keys
    .filter(({ retiresAt }) => retiresAt === null || retiresAt > now)
    .toSorted(byActivation)
}

export type Rotation<Key> = {
  /** Activation instants of the keys to be made, in order. */
  readonly create: readonly Date[]
  /** Keys superseded by an active one, and when they retire. */
  readonly retire: readonly { readonly key: Key; readonly at: Date }[]
  /** Keys whose time is over; their private halves are erased with them. */
  readonly erase: readonly Key[]
}

/** What has to be done at `now` so that there are a Current and a Next key. */
export function planRotation<Key extends KeyTimes>(keys: readonly Key[], now: Date): Rotation<Key> {
  const current = currentKey(keys, now)
  const hasNext = keys.some(({ activatesAt }) => activatesAt > now)
  const next = new Date(now.getTime() + SIGNING_PERIOD_MS)
  return {
    create: [...(current ? [] : [now]), ...(hasNext ? [] : [next])],
    retire: keys
      .filter((key) => key.retiresAt === null && current && key.activatesAt < current.activatesAt)
      .map((key) => ({ key, at: retirementOf(key, keys) })),
    erase: keys.filter(({ retiresAt }) => retiresAt !== null && retiresAt <= now),
  }
}

/** A key stops signing when the next one in line is activated. */
function retirementOf<Key extends KeyTimes>(key: Key, keys: readonly Key[]): Date {
  const successor = keys.toSorted(byActivation).find((it) => it.activatesAt > key.activatesAt)
  return new Date((successor ?? key).activatesAt.getTime() + RETENTION_MS)
}

const byActivation = (a: KeyTimes, b: KeyTimes) => a.activatesAt.getTime() - b.activatesAt.getTime()
