import { ok, type Result, refuse } from '@logicspike/errors'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { parseName } from '../../names.ts'
import { WORKSPACE_NAME_MAX } from './create-workspace.ts'
import { enterWorkspace } from './enter-workspace.ts'
import type { Workspace } from './workspace.entity.ts'

/** Changes the name. @throws AppError UNAUTHENTICATED, FORBIDDEN */
export async function renameWorkspace(
  tx: TenancyContext,
  input: { readonly name: string },
): Promise<Result<Workspace, InvalidInputError>> {
  const { workspace } = await enterWorkspace(tx, 'tenancy:workspace.update')
  const parsed = parseName(input.name, { max: WORKSPACE_NAME_MAX }, 'name')
  if (!parsed.ok) return refuse(parsed.error)
  if (parsed.name === workspace.name) return ok(workspace)
  workspace.name = parsed.name
  workspace.updatedAt = tx.clock.now()
  const { id, name, slug } = workspace
  await announce(
    tx,
    'workspace.renamed',
    { type: 'workspace', id },
    { workspaceId: id, name, slug },
  )
  return ok(workspace)
}
