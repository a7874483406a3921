import { ipPrefix } from '@logicspike/auth'
import { sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import type { LimitName } from '../rate-limits/limits.ts'
import type { EmailAddress } from '../users/email-address.ts'

type Bucket = readonly [limit: LimitName, key: string]

/** A counted try of a password. */
export type PasswordTry = {
  /** The password was right: the try is no longer counted as a guess. */
  succeed(): Promise<void>
}

type Counting = Pick<IdentityContext, 'limits' | 'clientIp'>

/**
 * Counts a try of the password of an address, before anything is computed of it. Accounts that do
 * not exist are counted alike.
 *
 * A device that the owner has used has a count of its own and no other, so that strangers who use
 * up the rest, from anywhere, do not keep the owner out. See README.md, Limits.
 * @param deviceId of a device known for this account, else null
 * @throws AppError RATE_LIMITED
 */
export async function spendPasswordTry(
  ctx: Counting,
  { email, deviceId }: { email: EmailAddress; deviceId: string | null },
): Promise<PasswordTry> {
  const buckets = deviceId ? deviceBuckets(deviceId) : strangerBuckets(email, ctx.clientIp)
  for (const [limit, key] of buckets) await ctx.limits.spend(limit, key)
  return {
    async succeed() {
      for (const [limit, key] of buckets) {
        if (startsAnew.has(limit)) await ctx.limits.forgive(limit, key)
        else await ctx.limits.refund(limit, key)
      }
    },
  }
}

/** Counts that a right password clears; the others it only leaves as they were. */
const startsAnew: ReadonlySet<LimitName> = new Set([
  'passwordByDevice',
  'passwordByAccountAndNetwork',
])

function deviceBuckets(deviceId: string): Bucket[] {
  return [['passwordByDevice', sha256(deviceId)]]
}

function strangerBuckets(email: EmailAddress, clientIp: string | null): Bucket[] {
  const account = sha256(email)
  const network = ipPrefix(clientIp)
  return [
    ['passwordByNetwork', network],
    ['passwordByAccountAndNetwork', `${account}:${network}`],
    ['passwordByAccount', account],
  ]
}
