import { z } from 'zod'
import { defineInternalCall } from '../define-call.ts'

const input = z.strictObject({ since: z.iso.datetime() })
const output = z.array(
  z.strictObject({ subject: z.string(), epoch: z.number().int(), bumpedAt: z.iso.datetime() }),
)
const callers = ['gateway', 'identity', 'tenancy', 'billing', 'developer', 'communication']

/** Session epochs bumped at or after `since`: tokens of a lower epoch are refused. */
export const identityEpochBumps = defineInternalCall({
  service: 'identity',
  name: 'recent-epoch-bumps',
  callers,
  input,
  output,
})

/** (user, workspace) epochs bumped at or after `since`. */
export const tenancyEpochBumps = defineInternalCall({
  service: 'tenancy',
  name: 'recent-epoch-bumps',
  callers,
  input,
  output,
})
