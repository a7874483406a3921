import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { Workspace } from '../workspaces/workspace.entity.ts'
import { type InvitationStatus, invitationStatuses } from './invitation-states.ts'

const InvitationSchema = defineEntity({
  name: 'Invitation',
  tableName: 'invitations',
  comment: 'Who was asked by e-mail to join; never tokens, only their hashes',
  ...tenantPolicies(),
  indexes: [{ name: 'invitations_role_index', properties: ['tenantId', 'roleId'] }],
  uniques: [
    {
      name: 'invitations_pending_unique',
      properties: ['tenantId', 'email'],
      where: "status = 'pending'",
    },
    { name: 'invitations_token_unique', properties: ['tenantId', 'tokenHash'] },
    { name: 'invitations_creation_unique', properties: ['tenantId', 'inviterId', 'creationKey'] },
  ],
  properties: {
    id: p.text().$type<IdOf<'invitation'>>().primary(),
    tenantId: () =>
      p
        .manyToOne(Workspace)
        .mapToPk()
        .fieldName('tenant_id')
        .deleteRule('cascade')
        .$type<IdOf<'workspace'>>(),
    /** As `normalizeEmail` spells it. Says nothing about whether the address has an account. */
    email: p.text(),
    /** No foreign key: a role may go, and what was once offered stays on record. */
    roleId: p.text().$type<IdOf<'role'>>(),
    /** Changes only as `invitation-states.ts` allows; read it with `statusAt`. */
    status: p.enum(invitationStatuses).$type<InvitationStatus>(),
    /** SHA-256 of the one token that works; each sending replaces it. */
    tokenHash: p.text(),
    /** The member who invited. No foreign key: members go, and invitations of theirs stay on record. */
    inviterId: p.text().$type<IdOf<'member'>>(),
    /** The member who sent it last and answers for it. */
    sponsorId: p.text().$type<IdOf<'member'>>(),
    /** The inviter's idempotency key, so that a repeated request finds its first result. */
    creationKey: p.text().nullable(),
    createdAt: p.datetime(),
    sentAt: p.datetime(),
    expiresAt: p.datetime(),
    /** Who accepted it; null until then. */
    acceptedBy: p.text().$type<IdOf<'user'>>().nullable(),
  },
})
/** That somebody may join a workspace. Kept apart from users: the address may have no account yet. */
export class Invitation extends InvitationSchema.class {}
InvitationSchema.setClass(Invitation)
