import { byOwner } from './own-calls.ts'
import { concernsCaller, nothing, type Rows } from './row.ts'

/**
 * Entities by their key, asked of the subgraph itself as the gateway would. `representation` adds
 * what a forger would: fields that the subgraph must read from nowhere but its own rows.
 */
export const entities: Rows = {
  'identity._entities.User': {
    variables: ({ userId }) => ({
      representation: { id: userId, email: 'forged@example.com', displayName: 'Forged' },
    }),
    stranger: nothing,
    // People of one workspace may see one another, whatever their roles.
    fellow: concernsCaller,
    fellowMaySee: ({ email, displayName }) => [email, displayName],
    own: byOwner(({ userId }) => ({ representation: { id: userId } })),
  },
  'tenancy._entities.Member': {
    variables: ({ memberId, workspaceId }) => ({
      representation: { id: memberId, tenantId: workspaceId, userId: 'forged' },
    }),
    stranger: nothing,
    own: byOwner(({ memberId }) => ({ representation: { id: memberId } })),
  },
  'tenancy._entities.Role': {
    variables: ({ roleId, workspaceId }) => ({
      representation: { id: roleId, tenantId: workspaceId, name: 'Forged' },
    }),
    stranger: nothing,
    own: byOwner(({ roleId }) => ({ representation: { id: roleId } })),
  },
  'tenancy._entities.Workspace': {
    variables: ({ workspaceId }) => ({
      representation: { id: workspaceId, name: 'Forged', status: 'active' },
    }),
    stranger: nothing,
    own: byOwner(({ workspaceId }) => ({ representation: { id: workspaceId } })),
  },
}
