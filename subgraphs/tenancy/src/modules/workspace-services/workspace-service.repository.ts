import { ofWorkspace } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { WorkspaceService } from './workspace-service.entity.ts'

/** Names of the services the workspace is entitled to, sorted. */
export async function listEnabledServices(
  ctx: Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>,
): Promise<string[]> {
  const rows = await ctx.em.find(
    WorkspaceService,
    { ...ofWorkspace(ctx), enabled: true },
    { orderBy: { service: 'asc' } },
  )
  return rows.map(({ service }) => service)
}
