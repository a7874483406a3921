import type { IdOf } from '@logicspike/ids'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { Workspace } from './workspace.entity.ts'

type Reading = Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>

/** The workspace the context is in; null once it is purged. */
export const findWorkspace = (ctx: Reading): Promise<Workspace | null> =>
  ctx.em.findOne(Workspace, { id: currentWorkspaceId(ctx) })

/** The workspace that a repeated request has made before, while its creator still belongs to it. */
export const findWorkspaceByCreationKey = (
  ctx: Reading,
  createdBy: IdOf<'user'>,
  creationKey: string,
): Promise<Workspace | null> => ctx.em.findOne(Workspace, { createdBy, creationKey })
