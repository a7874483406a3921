import type { IdOf } from '@logicspike/ids'
import type { TenancyContext } from '../../context.ts'

type Writing = Pick<TenancyContext, 'em' | 'clock'>

const DAY_MS = 86_400_000

/** One statement decides: free, our own from before, or given up long enough ago. */
const CLAIM = `
  insert into slugs (slug, workspace_id, held_until) values (?, ?, null)
  on conflict (slug) do update set workspace_id = excluded.workspace_id, held_until = null
    where slugs.workspace_id = excluded.workspace_id or slugs.held_until <= ?
  returning slug`

/** Takes the handle for the workspace. @returns false where somebody else has it */
export async function claimSlug(
  tx: Writing,
  slug: string,
  workspaceId: IdOf<'workspace'>,
): Promise<boolean> {
  const rows = await tx.em.execute<object[]>(CLAIM, [slug, workspaceId, tx.clock.now()])
  return rows.length > 0
}

/** Gives the handle up; for `days` only the same workspace can take it back. */
export async function releaseSlug(
  tx: Writing,
  slug: string,
  workspaceId: IdOf<'workspace'>,
  days: number,
): Promise<void> {
  await tx.em.execute(
    'update slugs set held_until = ? where slug = ? and workspace_id = ?',
    [daysFromNow(tx, days), slug, workspaceId],
    'run',
  )
}

/** Gives up every handle of a workspace that is gone; after `days` anybody can take them. */
export async function releaseAllSlugs(
  tx: Writing,
  workspaceId: IdOf<'workspace'>,
  days: number,
): Promise<void> {
  await tx.em.execute(
    'update slugs set held_until = ? where workspace_id = ? and held_until is null',
    [daysFromNow(tx, days), workspaceId],
    'run',
  )
}

const daysFromNow = ({ clock }: Writing, days: number): Date =>
  new Date(clock.now().getTime() + days * DAY_MS)
