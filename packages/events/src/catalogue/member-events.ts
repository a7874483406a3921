import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { idOf } from './fields.ts'

const workspace = { workspaceId: idOf('workspace') }
const member = { ...workspace, memberId: idOf('member'), userId: idOf('user') }
const role = { ...workspace, roleId: idOf('role'), name: z.string() }
const invitation = { ...workspace, invitationId: idOf('invitation') }

/** Facts about who belongs to a workspace and what they may do there. */
export const memberEvents = {
  'member.joined': defineEvent({
    version: 1,
    visibleTo: 'tenancy:members.read',
    description: 'A user became a member.',
    data: z.strictObject({ ...member, roleId: idOf('role') }),
  }),
  'member.role_changed': defineEvent({
    version: 1,
    visibleTo: 'tenancy:members.read',
    description: 'A member holds another role; tokens of the old one are refused.',
    data: z.strictObject({ ...member, fromRoleId: idOf('role'), toRoleId: idOf('role') }),
  }),
  'member.removed': defineEvent({
    version: 1,
    visibleTo: 'tenancy:members.read',
    description: 'A member was removed or left; their tokens for the workspace are refused.',
    data: z.strictObject({ ...member, by: z.enum(['removal', 'leaving', 'account-closed']) }),
  }),
  'member.preferences_changed': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'A member changed preferences of their own in the workspace.',
    data: z.strictObject({ ...member, settings: z.array(z.string()).min(1) }),
  }),
  'role.created': defineEvent({
    version: 1,
    visibleTo: 'tenancy:roles.read',
    description: 'A custom role was created.',
    data: z.strictObject({ ...role, permissions: z.array(z.string()) }),
  }),
  'role.changed': defineEvent({
    version: 1,
    visibleTo: 'tenancy:roles.read',
    description: 'A custom role was renamed or grants other permissions.',
    data: z.strictObject({ ...role, permissions: z.array(z.string()) }),
  }),
  'role.deleted': defineEvent({
    version: 1,
    visibleTo: 'tenancy:roles.read',
    description: 'A custom role that nobody held was deleted.',
    data: z.strictObject(role),
  }),
  'permissions.registered': defineEvent({
    version: 1,
    visibleTo: 'tenancy:roles.read',
    description: 'A service registered the permission strings it understands.',
    data: z.strictObject({ service: z.string(), permissions: z.array(z.string()) }),
  }),
  'invitation.created': defineEvent({
    version: 1,
    visibleTo: 'tenancy:members.read',
    description: 'Somebody was invited by e-mail.',
    data: z.strictObject({ ...invitation, roleId: idOf('role') }),
  }),
  'invitation.resent': defineEvent({
    version: 1,
    visibleTo: 'tenancy:members.read',
    description: 'A new link was sent; the old one is dead.',
    data: z.strictObject(invitation),
  }),
  'invitation.revoked': defineEvent({
    version: 1,
    visibleTo: 'tenancy:members.read',
    description: 'The invitation was withdrawn.',
    data: z.strictObject(invitation),
  }),
  'invitation.accepted': defineEvent({
    version: 1,
    visibleTo: 'tenancy:members.read',
    description: 'The invited person joined.',
    data: z.strictObject({ ...invitation, userId: idOf('user') }),
  }),
}
