import { expandRole, type Permission, serialiseScope } from '@logicspike/auth'

/**
 * The most bytes that the permissions of the largest token, an Owner's, may take. With signature,
 * ids and services the token then stays well under 4 KB, the size at which cookies and headers of
 * common proxies end. Registration is refused before a token would outgrow it: a list of
 * permissions is never cut short.
 */
export const SCOPE_BUDGET_BYTES = 2_400

/** Bytes of an Owner's `scope` with these permissions registered. Permissions are ASCII. */
export const ownerScopeBytes = (registered: readonly Permission[]): number =>
  serialiseScope(expandRole('owner', registered)).length
