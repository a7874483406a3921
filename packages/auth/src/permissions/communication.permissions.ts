import { definePermissions } from './permission.ts'

/** What can be decided about what a workspace tells its members. */
export const communicationPermissions = definePermissions('communication', [
  {
    name: 'notifications.manage',
    description: 'Decide what members are notified of, and what of it they cannot change.',
    roles: ['owner', 'admin'],
  },
])
