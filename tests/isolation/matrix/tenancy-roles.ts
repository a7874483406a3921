import { randomToken } from '@logicspike/secrets'
import { serviceToken } from '../support/token-forge.ts'
import { byOwner, byOwnerOfAnother } from './own-calls.ts'
import { concernsCaller, forbidden, input, notFound, nothing, type Rows } from './row.ts'

const registration = {
  service: 'blog',
  permissions: [{ name: 'blog:posts.write', description: 'Write posts.', templates: [] }],
}

/** Roles of a workspace, and the permissions they are made of. */
export const tenancyRoles: Rows = {
  'Query.permissions': { stranger: concernsCaller, own: byOwner() },
  'Query.role': {
    variables: ({ roleId }) => ({ id: roleId }),
    stranger: nothing,
    own: byOwner(({ roleId }) => ({ id: roleId })),
  },
  'Query.roles': { stranger: concernsCaller, own: byOwner() },
  'Mutation.createRole': {
    variables: () => ({ input: { name: `Role ${randomToken(6)}`, permissions: [] } }),
    stranger: concernsCaller,
    own: byOwner(() => ({ input: { name: 'Readers', permissions: ['tenancy:members.read'] } })),
  },
  'Mutation.updateRole': {
    variables: input(({ roleId }) => ({ id: roleId, patch: { name: 'Taken over' } })),
    stranger: notFound,
    own: byOwner(({ roleId }) => ({ input: { id: roleId, patch: { name: 'Renamed' } } })),
  },
  'Mutation.deleteRole': {
    variables: input(({ roleId }) => ({ id: roleId })),
    stranger: notFound,
    own: byOwnerOfAnother(({ roleId }) => ({ input: { id: roleId } })),
  },
  'Mutation.registerServicePermissions': {
    variables: () => ({ input: registration }),
    // No role of any workspace contains the permission: it is for services alone.
    stranger: forbidden,
    own: async ({ platform }) => ({
      token: await serviceToken(platform, 'blog', 'tenancy:permissions.register'),
      variables: { input: registration },
    }),
  },
}
