import type { PolicyDef } from '@mikro-orm/core'
import { sessionValue } from './session-variables.ts'

/** Spread into `defineEntity`: row-level security that binds the table's owner as well. */
export type RowLevelSecurity = {
  readonly rowLevelSecurity: 'force'
  readonly policies: PolicyDef[]
}

const ofTenant = `tenant_id = ${sessionValue('tenantId')}`
const ofUser = `user_id = ${sessionValue('userId')}`

/**
 * Rows belong to one tenant and exist for nobody else. For entities with `tenantId: p.text()`.
 *
 * The guard is restrictive, so that no other policy can widen it; PostgreSQL shows nothing without
 * a permissive policy, so there is one, and it says the same lest the loss of the guard go unseen.
 * `using` hides rows, `check` keeps them from being moved into another tenant.
 */
export const tenantPolicies = (): RowLevelSecurity => ({
  rowLevelSecurity: 'force',
  policies: [
    { name: 'tenant_guard', type: 'restrictive', using: ofTenant, check: ofTenant },
    { name: 'tenant_access', using: ofTenant, check: ofTenant },
  ],
})

/**
 * Rows belong to one tenant; besides, the user they are about may read them from anywhere ("my
 * workspaces"). Writes need the tenant. For entities with `tenantId` and `userId: p.text()`.
 */
export const tenantOrOwnerPolicies = (): RowLevelSecurity => {
  const readable = `${ofTenant} or ${ofUser}`
  const restrictive = { type: 'restrictive' } as const
  return {
    rowLevelSecurity: 'force',
    policies: [
      { ...restrictive, name: 'tenant_guard_select', command: 'select', using: readable },
      { ...restrictive, name: 'tenant_guard_insert', command: 'insert', check: ofTenant },
      {
        ...restrictive,
        name: 'tenant_guard_update',
        command: 'update',
        using: ofTenant,
        check: ofTenant,
      },
      { ...restrictive, name: 'tenant_guard_delete', command: 'delete', using: ofTenant },
      { name: 'tenant_access', using: ofTenant, check: ofTenant },
      { name: 'owner_access', command: 'select', using: ofUser },
    ],
  }
}
