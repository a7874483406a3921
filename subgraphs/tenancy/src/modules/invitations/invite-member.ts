import { notFound, ok, type Result, refuse } from '@logicspike/errors'
import { normalizeEmail } from '@logicspike/mail'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import type { ActingMember } from '../members/acting-member.ts'
import { type RoleOutOfReachError, roleOutOfReach } from '../members/member.errors.ts'
import { findRole } from '../roles/role.repository.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import { Invitation } from './invitation.entity.ts'
import { type AlreadyInvitedError, alreadyInvited } from './invitation.errors.ts'
import { findInvitationByCreationKey, findOpenInvitation } from './invitation.repository.ts'
import { mayOffer } from './invitation-rules.ts'
import { mailInvitation, newSending } from './send-invitation.ts'

const IDEMPOTENCY_KEY_MAX = 100

type Input = {
  readonly email: string
  readonly roleId: string
  readonly idempotencyKey?: string | null | undefined
}
type Failure = InvalidInputError | RoleOutOfReachError | AlreadyInvitedError

/**
 * Invites an address to join with a role no higher and no wider than the caller's own. Whether the
 * address has an account is neither asked nor told; whoever proves to own it may accept.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND (role), RATE_LIMITED
 */
export async function inviteMember(
  tx: TenancyContext,
  input: Input,
): Promise<Result<Invitation, Failure>> {
  const { workspace, acting } = await enterWorkspace(tx, 'tenancy:members.invite')
  const parsed = parseInput(input)
  if (!parsed.ok) return parsed
  const { email, creationKey } = parsed.value
  const inviterId = acting.member.id
  const before = creationKey && (await findInvitationByCreationKey(tx, inviterId, creationKey))
  if (before) return ok(before)

  const role = await findRole(tx, input.roleId)
  if (!role) throw notFound('role')
  if (!(await mayOffer(tx, acting, role))) return refuse(roleOutOfReach('roleId'))
  const open = await findOpenInvitation(tx, email)
  if (open) return refuse(alreadyInvited(open, 'email'))

  const { token, sending } = newSending(tx, workspace.id)
  const invitation = insertInvitation(tx, acting, {
    email,
    creationKey,
    roleId: role.id,
    ...sending,
  })
  await mailInvitation(tx, workspace, { to: email, token })
  const { id, tenantId: workspaceId, roleId } = invitation
  await announce(
    tx,
    'invitation.created',
    { type: 'invitation', id },
    {
      workspaceId,
      invitationId: id,
      roleId,
    },
  )
  return ok(invitation)
}

type Parsed = { readonly email: string; readonly creationKey: string | null }

function parseInput(input: Input): Result<Parsed, InvalidInputError> {
  const email = normalizeEmail(input.email)
  const creationKey = input.idempotencyKey ?? null
  const errors = [
    ...(email ? [] : [invalidInput('This is no e-mail address.', 'email')]),
    ...(creationKey === null || isUsableKey(creationKey)
      ? []
      : [invalidInput(`A key has 1 to ${IDEMPOTENCY_KEY_MAX} characters.`, 'idempotencyKey')]),
  ]
  return email && errors.length === 0 ? ok({ email, creationKey }) : refuse(...errors)
}

const isUsableKey = (key: string): boolean =>
  key.length > 0 && key.length <= IDEMPOTENCY_KEY_MAX && !key.includes('\0')

type Facts = Pick<
  Invitation,
  'email' | 'roleId' | 'creationKey' | 'tokenHash' | 'sentAt' | 'expiresAt'
>

function insertInvitation(tx: TenancyContext, { member }: ActingMember, facts: Facts): Invitation {
  const invitation = tx.em.create(Invitation, {
    ...facts,
    id: tx.ids('invitation'),
    tenantId: currentWorkspaceId(tx),
    status: 'pending',
    inviterId: member.id,
    sponsorId: member.id,
    createdAt: facts.sentAt,
    acceptedBy: null,
  })
  tx.em.persist(invitation)
  return invitation
}
