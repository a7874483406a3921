import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@logicspike/telemetry'
import type { GatewayContext } from '../gateway-context.ts'

/** What a policy may decide by, all of it verified or made by the gateway. */
export type PolicyContext = Readonly<
  Pick<GatewayContext, 'principal' | 'requestId' | 'clientIp' | 'userAgent' | 'origin'>
>

/** Answers for a name that stands in `@policy`. Only `true` grants. */
export type Policy = (context: PolicyContext) => boolean | Promise<boolean>
export type Policies = Readonly<Record<string, Policy>>

/** Asks every one of the policies once, all at the same time. @returns those that are granted */
export type AskPolicies = (
  names: readonly string[],
  context: PolicyContext,
) => Promise<ReadonlySet<string>>

/** Requests wait for no policy longer than this; what has not answered by then has denied. */
const PATIENCE_MS = 2_000

/**
 * Asks policies that run in this process. One that is unknown, throws, or does not answer in time
 * counts as denied; it is logged when it begins to fail, not for every request.
 */
export function policyAsker(
  policies: Policies,
  log: Logger,
  patienceMs = PATIENCE_MS,
): AskPolicies {
  const known = new Map(Object.entries(policies))
  const failing = new Set<string>()

  async function isGranted(name: string, context: PolicyContext): Promise<boolean> {
    const policy = known.get(name)
    if (!policy) return false
    try {
      const answer = await inTime(policy(context), patienceMs)
      failing.delete(name)
      return answer === true
    } catch (error) {
      if (!failing.has(name)) log.error({ err: error, policy: name }, 'a policy does not answer')
      failing.add(name)
      return false
    }
  }

  return async (names, { principal, requestId, clientIp, userAgent, origin }) => {
    // Of the request's context, what nobody needs to decide by stays here: tokens, cookies.
    const context = Object.freeze({ principal, requestId, clientIp, userAgent, origin })
    const granted = await Promise.all(names.map((name) => isGranted(name, context)))
    return new Set(names.filter((_, at) => granted[at]))
  }
}

async function inTime(answer: boolean | Promise<boolean>, patienceMs: number): Promise<boolean> {
  if (typeof answer === 'boolean') return answer
  const answered = new AbortController()
  try {
    return await Promise.race([answer, timeUp(patienceMs, answered.signal)])
  } finally {
    answered.abort()
  }
}

async function timeUp(patienceMs: number, signal: AbortSignal): Promise<never> {
  // Aborted, it says nothing that anybody still waits for.
  await pause(patienceMs, undefined, { signal })
  throw new Error(`no answer within ${patienceMs} ms`)
}
