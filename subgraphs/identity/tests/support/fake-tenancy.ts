import {
  createGatewayKey,
  createGatewayKeyring,
  type EpochBump,
  memberSubject,
} from '@logicspike/auth'
import { newId } from '@logicspike/ids'
import {
  createInternalClient,
  createInternalServer,
  describeMembership,
  filterMembers,
  handleInternalCall,
  type InternalClient,
  inProcessTransport,
  type OutputOf,
  releaseUser,
  tenancyEpochBumps,
} from '@logicspike/internal-api'

export type Membership = OutputOf<typeof describeMembership>
type Active = Extract<Membership, { status: 'active' }>

/** Tenancy as identity sees it, in memory and behind the real contracts. */
export type FakeTenancy = {
  readonly client: InternalClient
  /** Questions about memberships so far. */
  readonly asked: readonly { userId: string; workspaceId: string }[]
  /** Makes a user a member; the rest says what of. */
  join(userId: string, workspaceId: string, membership?: Partial<Active>): void
  /** What tenancy says from now on; bumps the epoch when access narrows. */
  answer(userId: string, workspaceId: string, membership: Membership): void
  bump(userId: string, workspaceId: string): void
  /** From now on tenancy cannot be reached, until `resume`. */
  stop(): void
  resume(): void
  /** Workspaces that a user would leave without an owner. */
  soleOwnerOf(userId: string, ...workspaces: { id: string; name: string }[]): void
}

export function createFakeTenancy(clock: { now(): Date }): FakeTenancy {
  const key = createGatewayKey('identity')
  const keyring = createGatewayKeyring([{ caller: 'identity', sha256: key.sha256 }])
  const memberships = new Map<string, Membership>()
  const soleOwners = new Map<string, { id: string; name: string }[]>()
  const bumps: EpochBump[] = []
  let stopped = false
  const asked: { userId: string; workspaceId: string }[] = []
  const keyOf = (userId: string, workspaceId: string) => `${workspaceId}:${userId}`

  const server = createInternalServer(
    [
      handleInternalCall(
        describeMembership,
        async ({ userId, workspaceId }): Promise<Membership> => {
          asked.push({ userId, workspaceId })
          return memberships.get(keyOf(userId, workspaceId)) ?? { status: 'not-member' }
        },
      ),
      handleInternalCall(filterMembers, async ({ workspaceId, userIds }) =>
        userIds.filter((it) => memberships.get(keyOf(it, workspaceId))?.status === 'active'),
      ),
      handleInternalCall(tenancyEpochBumps, async ({ since }) =>
        bumps.filter(({ bumpedAt }) => bumpedAt >= since),
      ),
      handleInternalCall(releaseUser, async ({ userId }): Promise<OutputOf<typeof releaseUser>> => {
        const soleOwnerOf = soleOwners.get(userId) ?? []
        return soleOwnerOf.length > 0 ? { released: false, soleOwnerOf } : { released: true }
      }),
    ],
    keyring,
  )

  const reachable = () => {
    if (stopped) throw new Error('tenancy is stopped')
    return server
  }

  return {
    client: createInternalClient({ tenancy: inProcessTransport(reachable, key.value) }),
    asked,
    join(userId, workspaceId, membership = {}) {
      memberships.set(keyOf(userId, workspaceId), {
        status: 'active',
        memberId: newId('member'),
        permissions: ['tenancy:members.read', 'tenancy:workspace.read'],
        epoch: 0,
        services: ['blog'],
        requiresMfa: false,
        ...membership,
      })
    },
    answer(userId, workspaceId, membership) {
      memberships.set(keyOf(userId, workspaceId), membership)
    },
    bump(userId, workspaceId) {
      const subject = memberSubject(workspaceId, userId)
      const epoch = bumps.filter((bump) => bump.subject === subject).length + 1
      bumps.push({ subject, epoch, bumpedAt: clock.now().toISOString() })
    },
    stop() {
      stopped = true
    },
    resume() {
      stopped = false
    },
    soleOwnerOf(userId, ...workspaces) {
      soleOwners.set(userId, workspaces)
    },
  }
}
