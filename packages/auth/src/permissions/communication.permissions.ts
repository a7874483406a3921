import { definePermissions } from './permission.ts'

/** What can be decided about what a workspace tells its members, and where. */
export const communicationPermissions = definePermissions('communication', [
  {
    name: 'notifications.manage',
    description: 'Decide what members are notified of, and what of it they cannot change.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'slack.manage',
    description: 'Connect the workspace with Slack, and see and end the connection.',
    roles: ['owner', 'admin'],
  },
])
