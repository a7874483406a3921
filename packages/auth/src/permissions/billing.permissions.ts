import { definePermissions } from './permission.ts'

/** What can be done about what a workspace uses and pays. */
export const billingPermissions = definePermissions('billing', [
  {
    name: 'plan.read',
    description: 'See which plan the workspace is on, and until when.',
    roles: ['owner', 'admin'],
  },
])
