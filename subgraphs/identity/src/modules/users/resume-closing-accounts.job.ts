import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { accountStillOpenLetter } from '../mails/account-closed.letters.ts'
import { keepOpen, releaseFromWorkspaces } from './close-account.ts'
import { finishClosing } from './finish-closing.ts'
import { User } from './user.entity.ts'
import type { OwnedWorkspace } from './user.errors.ts'

/** Long enough for a request under way to close the account by itself. */
const GRACE_MS = 60_000

const BATCH = 50

/**
 * Goes on with accounts that were left in the middle of closing, by a crash or because tenancy
 * could not be reached. Several processes may do so at once: each step finds out whether it is
 * still to be done.
 */
export async function resumeClosingAccounts(ctx: IdentityContext): Promise<void> {
  const since = new Date(ctx.clock.now().getTime() - GRACE_MS)
  const stuck = await ctx.em.find(
    User,
    { status: 'closing', closingSince: { $lt: since } },
    { orderBy: { closingSince: 'asc' }, limit: BATCH, disableIdentityMap: true },
  )
  for (const { id } of stuck) await resume(ctx, id)
}

async function resume(ctx: IdentityContext, userId: string): Promise<void> {
  const soleOwnerOf = await releaseFromWorkspaces(ctx, userId)
  if (soleOwnerOf === 'unknown') return
  await inTransaction(ctx, async (tx) => {
    if (soleOwnerOf.length > 0) await giveUp(tx, userId, soleOwnerOf)
    else await finishClosing(tx, userId)
    return ok(null)
  })
}

/** Nobody waits for an answer any more, so it goes by mail. */
async function giveUp(
  tx: IdentityContext,
  userId: string,
  workspaces: readonly OwnedWorkspace[],
): Promise<void> {
  const kept = await keepOpen(tx, userId)
  const email = kept.ok ? kept.value?.email : null
  if (!email) return
  enqueueMail(
    tx,
    accountStillOpenLetter({
      to: email,
      consoleUrl: tx.config.consoleUrl,
      workspaces: workspaces.map(({ name }) => name),
    }),
  )
}
