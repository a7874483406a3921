import type { Member, TestPlatform } from '@logicspike/testing'
import { permissionsOf } from './claims.ts'
import { requiredPermissions } from './entry-points.ts'
import {
  createRole,
  type FurnishedWorkspace,
  furnishWorkspace,
  type Objects,
  type Victim,
} from './victim.ts'

/** Who makes a call in the matrix, seen from the workspace and account that the call names. */
export const callerKinds = [
  'anonymous',
  'no membership',
  'foreign tenant',
  'ex-member',
  'suspended workspace',
  'missing permission',
] as const
export type CallerKind = (typeof callerKinds)[number]

export type Caller = {
  readonly token: string | null
  /** Ids of the caller's own, which are no secrets to them, nor is what they do to these. */
  readonly ids: readonly string[]
  /** What the call names, where it is something else than the victim's. */
  readonly objects?: Partial<Objects>
}

export type Cast = {
  /** A caller of the kind; a new one where the call spends its caller. */
  caller(
    kind: CallerKind,
    options: { spent: boolean; permissions: readonly string[] },
  ): Promise<Caller>
  /** Makes members without permissions in store, each to be spent once. */
  provide(count: number): Promise<void>
  /** What the foreign Owner's token permits. */
  readonly foreignPermissions: ReadonlySet<string>
  /** Everybody in the victim's workspace who is a caller, by their ids. */
  insiders(): readonly string[]
  /** The workspace that is suspended. */
  readonly suspended: FurnishedWorkspace
}

const REMOVE = `mutation ($input: RemoveMemberInput!) {
  removeMember(input: $input) { userErrors { __typename } }
}`
const SUSPEND = 'mutation { suspendWorkspace { userErrors { __typename } } }'

/** Makes everybody who calls. Revocations are learnt before it resolves. */
export async function createCast(platform: TestPlatform, victim: Victim): Promise<Cast> {
  const { aPerson, must, learnRevocations } = platform
  const { workspace } = victim
  const insiders: string[] = []

  async function stranger(): Promise<Caller> {
    const { id, token } = await aPerson()
    return { token, ids: [id] }
  }

  async function foreignOwner(): Promise<Caller> {
    const { id, owner } = await platform.aWorkspace()
    return { token: await owner.tokenFor(id), ids: [owner.id, owner.memberId, id] }
  }

  async function insider(member: Member): Promise<Caller> {
    const ids = [member.id, member.memberId]
    insiders.push(...ids)
    return { token: await member.tokenFor(workspace.id), ids }
  }

  /** Somebody who may do all that the Owner may, except what these permissions permit. */
  async function without(permissions: readonly string[]): Promise<Caller> {
    const ownerToken = await victim.ownerToken()
    // Who lacks nothing in particular holds nothing at all: the sharper test for calls that ask for nothing.
    const held = permissions.length === 0 ? [] : permissionsOf(ownerToken)
    const role = await createRole(
      platform,
      ownerToken,
      held.filter((it) => !permissions.includes(it)),
    )
    const caller = await insider(await workspace.join(role.id))
    insiders.push(role.id)
    return { ...caller, ids: [...caller.ids, role.id, role.name] }
  }

  async function exMember(): Promise<Caller> {
    const member = await workspace.join('Admin')
    const caller = await insider(member)
    await must(REMOVE, { input: { memberId: member.memberId } }, await victim.ownerToken())
    return caller
  }

  const suspended = await furnishWorkspace(platform)
  const suspendedToken = await suspended.ownerToken()
  await must(SUSPEND, {}, suspendedToken)
  const foreign = await foreignOwner()
  const lasting = {
    anonymous: { token: null, ids: [] },
    'no membership': await stranger(),
    'foreign tenant': foreign,
    'ex-member': await exMember(),
    'suspended workspace': {
      token: suspendedToken,
      ids: [],
      objects: suspended.objects,
    },
  } satisfies Partial<Record<CallerKind, Caller>>
  const lacking = new Map<string, Caller>()
  for (const permission of requiredPermissions) lacking.set(permission, await without([permission]))
  lacking.set('', await without([]))
  await learnRevocations()

  const spare: Caller[] = []
  const remake: Partial<Record<CallerKind, () => Promise<Caller>>> = {
    'no membership': stranger,
    'foreign tenant': foreignOwner,
    'missing permission': async () => spare.pop() ?? without([]),
  }
  return {
    foreignPermissions: new Set(permissionsOf(foreign.token ?? '')),
    suspended,
    async provide(count) {
      for (let made = 0; made < count; made += 1) spare.push(await without([]))
    },
    insiders: () => insiders,
    async caller(kind, { spent, permissions }) {
      if (spent) {
        const made = await remake[kind]?.()
        if (made) return made
      }
      if (kind !== 'missing permission') return lasting[kind]
      const caller = lacking.get(permissions[0] ?? '')
      if (!caller) throw new Error(`Nobody was made who lacks ${permissions.join(' and ')}.`)
      return caller
    },
  }
}
