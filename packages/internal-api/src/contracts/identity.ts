import { z } from 'zod'
import { defineInternalCall } from '../define-call.ts'

/** Who some users are and whether they can sign in. Unknown ids are left out. At most 100. */
export const describeUsers = defineInternalCall({
  service: 'identity',
  name: 'describe-users',
  callers: ['tenancy', 'communication'],
  input: z.strictObject({ userIds: z.array(z.string()).max(100) }),
  output: z.array(
    z.strictObject({
      id: z.string(),
      email: z.string(),
      emailVerified: z.boolean(),
      displayName: z.string(),
      /** BCP 47, as they signed up; null where they did not say. */
      locale: z.string().nullable(),
      canSignIn: z.boolean(),
    }),
  ),
})

/** The public signing keys (RFC 7517), for verifiers that share the process or the network. */
export const identityJwks = defineInternalCall({
  service: 'identity',
  name: 'jwks',
  callers: ['gateway', 'identity', 'tenancy', 'billing', 'developer', 'communication'],
  input: z.strictObject({}),
  output: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
})
