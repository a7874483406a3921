import type { TestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { type PublishContext, publishEvents } from '../../src/index.ts'

/** What publishing from a service's outbox needs. */
export const aContext = (
  database: TestDatabase,
  service: string,
  tenantId: string | null,
): PublishContext => ({
  em: database.forkFor(service, { tenantId }),
  ids: newId,
  clock: { now: () => new Date() },
  actor: null,
  requestId: 'req-12345678',
})

/** Publishes events of one workspace, in order and in the transaction of `ctx.em`. */
export const publishRenames = (
  ctx: PublishContext,
  workspaceId: string,
  names: readonly string[],
): Promise<void> =>
  publishEvents(
    ctx,
    names.map((name) => ({
      type: 'workspace.renamed' as const,
      workspaceId,
      subject: workspaceId,
      data: { workspaceId, name, slug: 'a-slug' },
    })),
  )

/** The same in a transaction of its own. */
export async function published(
  database: TestDatabase,
  service: string,
  workspaceId: string,
  ...names: string[]
): Promise<void> {
  const ctx = aContext(database, service, workspaceId)
  await ctx.em.transactional((em) => publishRenames({ ...ctx, em }, workspaceId, names))
}
