import { ok, type Result, refuse } from '@logicspike/errors'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { bumpEverybody } from '../epochs/bump-epochs.ts'
import { enterWorkspace } from './enter-workspace.ts'
import { usedSecondFactor } from './second-factor.ts'
import type { Workspace } from './workspace.entity.ts'
import { type SecondFactorNotUsedError, secondFactorNotUsed } from './workspace.errors.ts'

/**
 * Decides whether a token is minted only after a sign-in with a second factor. Asking for more ends
 * every token there is, so that nobody stays who would not get in.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export async function setWorkspaceSecurityPolicy(
  tx: TenancyContext,
  input: { readonly requiresMfa: boolean },
): Promise<Result<Workspace, SecondFactorNotUsedError>> {
  const { workspace } = await enterWorkspace(tx, 'tenancy:workspace.secure')
  const { requiresMfa } = input
  if (requiresMfa === workspace.requiresMfa) return ok(workspace)
  if (requiresMfa && !usedSecondFactor(tx.actor)) return refuse(secondFactorNotUsed())
  workspace.requiresMfa = requiresMfa
  workspace.updatedAt = tx.clock.now()
  if (requiresMfa) await bumpEverybody(tx)
  const { id } = workspace
  await announce(
    tx,
    'workspace.security_policy_changed',
    { type: 'workspace', id },
    {
      workspaceId: id,
      requiresMfa,
    },
  )
  return ok(workspace)
}
