/** The facts that policies may rely on, as PostgreSQL knows them. */
export const sessionVariables = { tenantId: 'app.tenant_id', userId: 'app.user_id' } as const

/**
 * SQL for the value of a session variable, or null when it is absent.
 *
 * `true` and `nullif`: a variable that was never set is null, one that was set by an earlier
 * transaction of the same connection is `''` afterwards; both must match no row. The scalar
 * subquery makes PostgreSQL evaluate it once per query instead of once per row. The alias keeps the
 * schema comparison quiet, as PostgreSQL would report one of its own.
 */
export const sessionValue = (variable: keyof typeof sessionVariables): string =>
  `(select nullif(current_setting('${sessionVariables[variable]}', true), '') as value)`
