import { z } from 'zod'
import { defineInternalCall } from '../define-call.ts'

const who = z.strictObject({ userId: z.string(), workspaceId: z.string() })

/**
 * All that a workspace token is made of. Asked at every mint; never cached. That a workspace is
 * suspended or deleted is said to its members only; to anybody else the answer is `not-member`,
 * as for one that does not exist.
 */
export const describeMembership = defineInternalCall({
  service: 'tenancy',
  name: 'describe-membership',
  callers: ['identity'],
  input: who,
  output: z.discriminatedUnion('status', [
    z.strictObject({
      status: z.literal('active'),
      memberId: z.string(),
      /** Exact permission strings, sorted. */
      permissions: z.array(z.string()),
      epoch: z.number().int(),
      /** Names of the services that the workspace's plan enables, sorted. */
      services: z.array(z.string()),
      requiresMfa: z.boolean(),
    }),
    z.strictObject({ status: z.enum(['not-member', 'suspended', 'deleted']) }),
  ]),
})

/**
 * Which of these users are members of a workspace. Identity asks it once a request, to show people
 * only to those who share the workspace of the caller's token with them.
 */
export const filterMembers = defineInternalCall({
  service: 'tenancy',
  name: 'filter-members',
  callers: ['identity'],
  input: z.strictObject({ workspaceId: z.string(), userIds: z.array(z.string()).max(100) }),
  /** A subset of `userIds`, in any order. */
  output: z.array(z.string()),
})

/**
 * Ends every membership of a user whose account closes, all or none: refused while the user is
 * the only Owner who can sign in of some workspace.
 */
export const releaseUser = defineInternalCall({
  service: 'tenancy',
  name: 'release-user',
  callers: ['identity'],
  input: z.strictObject({ userId: z.string() }),
  output: z.discriminatedUnion('released', [
    z.strictObject({ released: z.literal(true) }),
    z.strictObject({
      released: z.literal(false),
      soleOwnerOf: z.array(z.strictObject({ id: z.string(), name: z.string() })).min(1),
    }),
  ]),
})

const readerOf = z.strictObject({
  userId: z.string(),
  /** BCP 47; null where neither they nor the workspace has chosen one. */
  locale: z.string().nullable(),
  /** A name of the IANA database. */
  timezone: z.string(),
})

/**
 * Who is to be told of something in a workspace, in which language and time zone, and how the
 * workspace looks. Asked just before a message is written, whatever state the workspace is in.
 * Whoever holds a permission, up to the first 1000; or people by id, members or
 * not. Null for a workspace that is not there (any more).
 */
export const describeReaders = defineInternalCall({
  service: 'tenancy',
  name: 'describe-readers',
  callers: ['communication'],
  input: z.strictObject({
    workspaceId: z.string(),
    among: z.union([
      z.strictObject({ holds: z.string() }),
      z.strictObject({ userIds: z.array(z.string()).max(100) }),
    ]),
  }),
  output: z
    .strictObject({
      workspace: z.strictObject({
        name: z.string(),
        locale: z.string(),
        timezone: z.string(),
        branding: z.strictObject({
          name: z.string().nullable(),
          logoUrl: z.string().nullable(),
          primaryColor: z.string().nullable(),
          accentColor: z.string().nullable(),
        }),
      }),
      readers: z.array(readerOf),
    })
    .nullable(),
})
