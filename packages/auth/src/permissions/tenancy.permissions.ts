import { definePermissions } from './permission.ts'

/** What can be done to a workspace itself. The Admin may not end it or give it away. */
export const tenancyPermissions = definePermissions('tenancy', [
  {
    name: 'workspace.read',
    description: 'See the workspace, its name and its address.',
    roles: ['owner', 'admin', 'member'],
  },
  {
    name: 'workspace.update',
    description: 'Rename the workspace and change its address.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'workspace.suspend',
    description: 'Suspend the workspace for everybody in it, and resume it.',
    roles: ['owner'],
  },
  {
    name: 'workspace.delete',
    description: 'Delete the workspace, and restore it within the days of grace.',
    roles: ['owner'],
  },
  {
    name: 'workspace.transfer',
    description: 'Make another member the owner of the workspace.',
    roles: ['owner'],
  },
  {
    name: 'workspace.secure',
    description: 'Decide what the workspace asks of a sign-in, such as a second factor.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'members.read',
    description: 'See who belongs to the workspace and with which role.',
    roles: ['owner', 'admin', 'member'],
  },
  {
    name: 'members.invite',
    description: 'Invite people, and see, resend and revoke invitations.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'members.update',
    description: 'Change the role of a member.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'members.remove',
    description: 'Remove a member from the workspace.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'roles.read',
    description: 'See the roles of the workspace and what each permits.',
    roles: ['owner', 'admin', 'member'],
  },
  {
    name: 'roles.manage',
    description: 'Create, change and delete roles of the workspace.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'settings.read',
    description: 'See branding, time zone, language and date format.',
    roles: ['owner', 'admin', 'member'],
  },
  {
    name: 'settings.update',
    description: 'Change and lock branding, time zone, language and date format.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'permissions.register',
    description: 'Register the permissions that a service understands.',
    roles: [],
    servicesOnly: true,
  },
])
