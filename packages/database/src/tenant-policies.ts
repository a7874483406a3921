import type { PolicyDef } from '@mikro-orm/core'
import { sessionValue } from './session-variables.ts'
import { quoteName } from './sql.ts'

/** Spread into `defineEntity`: row-level security that binds the table's owner as well. */
export type RowLevelSecurity = {
  readonly rowLevelSecurity: 'force'
  readonly policies: PolicyDef[]
}

/** SQL conditions on a row. Who may write a row must be able to read it. */
export type RowRules = { readonly readable: string; readonly writable: string }

export type Columns = { readonly tenantColumn?: string; readonly userColumn?: string }

/**
 * Rows belong to one tenant and exist for nobody else. For entities with `tenantId: p.text()`;
 * the table of the tenants themselves names its key: `tenantPolicies({ tenantColumn: 'id' })`.
 */
export function tenantPolicies(columns: Pick<Columns, 'tenantColumn'> = {}): RowLevelSecurity {
  const ofTenant = matches(columns.tenantColumn ?? 'tenant_id', 'tenantId')
  return guardedPolicies({ readable: ofTenant, writable: ofTenant })
}

/**
 * Rows belong to one tenant; besides, the user they are about may read them from anywhere ("my
 * workspaces"). Writes need the tenant. For entities with `tenantId` and `userId: p.text()`.
 */
export function tenantOrOwnerPolicies(columns: Columns = {}): RowLevelSecurity {
  const ofTenant = matches(columns.tenantColumn ?? 'tenant_id', 'tenantId')
  const ofUser = matches(columns.userColumn ?? 'user_id', 'userId')
  return guardedPolicies({ readable: `${ofTenant} or ${ofUser}`, writable: ofTenant })
}

/**
 * Policies for rules of your own. Build the conditions from `sessionValue`.
 *
 * The guards are restrictive, so that no other policy can widen them; PostgreSQL shows nothing
 * without a permissive policy, so there are those as well, and they say the same lest the loss of
 * a guard go unseen. `using` hides rows, `check` keeps them from being moved out of reach.
 */
export function guardedPolicies({ readable, writable }: RowRules): RowLevelSecurity {
  const guards =
    readable === writable ? [guard('all', writable)] : guardsByCommand(readable, writable)
  const permissive: PolicyDef[] = [{ name: 'tenant_access', using: writable, check: writable }]
  if (readable !== writable) {
    permissive.push({ name: 'read_access', command: 'select', using: readable })
  }
  return { rowLevelSecurity: 'force', policies: [...guards, ...permissive] }
}

type Command = NonNullable<PolicyDef['command']>

const guardsByCommand = (readable: string, writable: string): PolicyDef[] => [
  guard('select', readable),
  guard('insert', writable),
  guard('update', writable),
  guard('delete', writable),
]

function guard(command: Command, rule: string): PolicyDef {
  return {
    name: command === 'all' ? 'tenant_guard' : `tenant_guard_${command}`,
    type: 'restrictive',
    command,
    ...(command !== 'insert' && { using: rule }),
    ...(command !== 'select' && command !== 'delete' && { check: rule }),
  }
}

/** Names that need no quotes get none: PostgreSQL reports them so, and schemas are compared. */
const matches = (column: string, variable: Parameters<typeof sessionValue>[0]): string =>
  `${/^[a-z_][a-z0-9_]*$/.test(column) ? column : quoteName(column)} = ${sessionValue(variable)}`
