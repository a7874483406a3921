import type { Principal } from '@logicspike/auth'
import { ipPrefix } from '@logicspike/auth'

/** So many units within each window of so many seconds. A window begins with the first unit. */
export type Budget = { readonly units: number; readonly seconds: number }

/** How much may be asked for. Units are cost units, but for `network`, which counts requests. */
export type RateLimits = {
  /** Requests of one client network, whoever sends them and whatever becomes of them. */
  readonly network: Budget
  /** What callers without a token may ask for, by network. */
  readonly anonymous: Budget
  readonly user: Budget
  /** Services and API keys, by their client id. */
  readonly key: Budget
  /** All callers of a workspace together. */
  readonly workspace: Budget
  /** Of workspaces on a plan with a budget of its own, by the plan's name. */
  readonly workspaceByPlan: Readonly<Record<string, Budget>>
}

const MINUTE = 60

/**
 * What a person at work never sees and a loop that has gone wild does. A network may be an office,
 * or a mobile carrier's.
 */
export const defaultRateLimits: RateLimits = {
  network: { units: 100_000, seconds: MINUTE },
  anonymous: { units: 200_000, seconds: MINUTE },
  user: { units: 200_000, seconds: MINUTE },
  key: { units: 500_000, seconds: MINUTE },
  workspace: { units: 2_000_000, seconds: MINUTE },
  workspaceByPlan: {},
}

/** Whose units these are, and how many there are. */
export type Bucket = {
  readonly name: 'network' | 'anonymous' | 'user' | 'key' | 'workspace'
  /** Tells it from every other bucket, of other names as well. */
  readonly key: string
  readonly budget: Budget
}

export type ChargedCaller = {
  readonly principal: Pick<Principal, 'kind' | 'userId' | 'clientId' | 'workspaceId'> | null
  readonly clientIp: string
}

export function networkBucket({ network }: RateLimits, clientIp: string): Bucket {
  return { name: 'network', key: `network:${ipPrefix(clientIp)}`, budget: network }
}

/**
 * The buckets that an operation is paid from, all of which must hold enough.
 * @param plan of the caller's workspace; null where it is not known
 */
export function bucketsOf(
  limits: RateLimits,
  { principal, clientIp }: ChargedCaller,
  plan: string | null,
): readonly Bucket[] {
  if (!principal) {
    return [{ name: 'anonymous', key: `anonymous:${ipPrefix(clientIp)}`, budget: limits.anonymous }]
  }
  const { userId, clientId, workspaceId } = principal
  const caller: Bucket =
    userId === null
      ? { name: 'key', key: `key:${clientId}`, budget: limits.key }
      : { name: 'user', key: `user:${userId}`, budget: limits.user }
  if (workspaceId === null) return [caller]
  const ofPlan = plan === null ? undefined : limits.workspaceByPlan[plan]
  const budget = ofPlan ?? limits.workspace
  return [caller, { name: 'workspace', key: `workspace:${workspaceId}`, budget }]
}
