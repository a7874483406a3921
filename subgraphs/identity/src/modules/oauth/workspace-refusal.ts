import type { WorkspaceRefusal } from '../tokens/workspace-grant.errors.ts'
import { type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'

/** Why a workspace is refused, in words of OAuth (RFC 8693 §2.2.2; RFC 9470 for stepping up). */
export function workspaceRefusal({ __typename, message }: WorkspaceRefusal): OauthRefusal {
  return __typename === 'MfaRequiredError'
    ? oauthRefusal('insufficient_user_authentication', message)
    : oauthRefusal('invalid_target', message)
}
