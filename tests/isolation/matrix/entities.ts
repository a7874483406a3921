import { byOwner } from './own-calls.ts'
import { concernsCaller, nothing, type Rows } from './row.ts'

/**
 * Entities by their key, asked of the subgraph itself as the gateway would. `representation` adds
 * what a forger would: fields that the subgraph must read from nowhere but its own rows.
 */
export const entities: Rows = {
  'billing._entities.PlanSubscription': {
    variables: ({ planSubscriptionId, workspaceId }) => ({
      representation: { id: planSubscriptionId, tenantId: workspaceId, status: 'trialing' },
    }),
    stranger: nothing,
    own: byOwner(({ planSubscriptionId }) => ({ representation: { id: planSubscriptionId } })),
  },
  'billing._entities.Workspace': {
    variables: ({ workspaceId, planSubscriptionId }) => ({
      representation: { id: workspaceId, planSubscription: { id: planSubscriptionId } },
    }),
    stranger: nothing,
    // A member is told of their workspace, and not of its plan.
    fellow: concernsCaller,
    own: byOwner(({ workspaceId }) => ({ representation: { id: workspaceId } })),
  },
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
