import { lockRow } from '@logicspike/database'
import { notFound } from '@logicspike/errors'
import { ofWorkspace } from '@logicspike/subgraph-kit'
import type { CommunicationContext } from '../../context.ts'
import { SlackConnection } from './slack-connection.entity.ts'

type Reading = Pick<CommunicationContext, 'em' | 'actor' | 'workspaceId'>

/** As it is now, whatever the context has read before; null where the workspace has none. */
export const findSlackConnection = (ctx: Reading): Promise<SlackConnection | null> =>
  ctx.em.findOne(SlackConnection, ofWorkspace(ctx), { refresh: true })

/** @throws AppError NOT_FOUND where it is not the workspace's, or was replaced */
export async function requireSlackConnection(ctx: Reading, id: string): Promise<SlackConnection> {
  const connection = await findSlackConnection(ctx)
  if (connection?.id !== id) throw notFound('Slack connection')
  return connection
}

/** The same, held against other writers until the end of the transaction; null where it is gone. */
export const lockSlackConnection = (
  tx: Reading,
  id: SlackConnection['id'],
): Promise<SlackConnection | null> => lockRow(tx.em, SlackConnection, { ...ofWorkspace(tx), id })
