import { expandRole, type Permission, serialiseScope } from '@logicspike/auth'

/**
 * The most bytes that the permissions of the largest token, an Owner's, may take. Base64 makes a
 * third more of them; with signature, ids and twenty services the token then stays under 4 KB, where
 * cookies and the headers of common proxies end. Registration is refused before a token would outgrow it: a list of
 * permissions is never cut short.
 */
export const SCOPE_BUDGET_BYTES = 1_900

/** Bytes of an Owner's `scope` with these permissions registered. Permissions are ASCII. */
export const ownerScopeBytes = (registered: readonly Permission[]): number =>
  serialiseScope(expandRole('owner', registered)).length
