import { definePermissions } from './permission.ts'

/** What programs, and the people who write them, can do with what happens in a workspace. */
export const developerPermissions = definePermissions('developer', [
  {
    name: 'events.read',
    description: 'See what happens in the workspace, as a list and as it happens.',
    roles: ['owner', 'admin'],
  },
  {
    name: 'events.publish',
    description: 'Publish events of a service.',
    roles: [],
    servicesOnly: true,
  },
  {
    name: 'event-types.register',
    description: 'Register the types of events that a service publishes.',
    roles: [],
    servicesOnly: true,
  },
])
