import { ok, type Result, refuse } from '@logicspike/errors'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { enterWorkspace } from './enter-workspace.ts'
import { claimSlug, releaseSlug } from './slug.repository.ts'
import { isReservedSlug, normalizeSlug, slugProblem } from './slug-rules.ts'
import type { Workspace } from './workspace.entity.ts'
import { type SlugTakenError, slugTaken } from './workspace.errors.ts'

/**
 * Changes the public handle. The old one is held back for a while, so that nobody steps into the
 * links that still lead to it, and can be taken back.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export async function changeWorkspaceSlug(
  tx: TenancyContext,
  input: { readonly slug: string },
): Promise<Result<Workspace, InvalidInputError | SlugTakenError>> {
  const { workspace } = await enterWorkspace(tx, 'tenancy:workspace.update')
  const slug = normalizeSlug(input.slug)
  const problem = slugProblem(slug)
  if (problem !== null) return refuse(invalidInput(problem, 'slug'))
  if (slug === workspace.slug) return ok(workspace)
  if (isReservedSlug(slug) || !(await claimSlug(tx, slug, workspace.id))) {
    return refuse(slugTaken())
  }
  await releaseSlug(tx, workspace.slug, workspace.id, tx.config.limits.slugHoldDays)
  workspace.slug = slug
  workspace.updatedAt = tx.clock.now()
  const { id, name } = workspace
  await announce(
    tx,
    'workspace.renamed',
    { type: 'workspace', id },
    { workspaceId: id, name, slug },
  )
  return ok(workspace)
}
