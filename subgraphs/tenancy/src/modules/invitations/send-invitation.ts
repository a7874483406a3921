import { rateLimited } from '@logicspike/errors'
import { enqueueMail } from '@logicspike/mail'
import { sha256 } from '@logicspike/secrets'
import type { TenancyContext } from '../../context.ts'
import type { Workspace } from '../workspaces/workspace.entity.ts'
import type { Invitation } from './invitation.entity.ts'
import { invitationLetter } from './invitation.letter.ts'
import { newInvitationToken } from './invitation-token.ts'
import { countLetter } from './letter-tally.repository.ts'

const HOUR_SECONDS = 3_600
const DAY_SECONDS = 86_400
const DAY_MS = DAY_SECONDS * 1000

type Sending = Pick<Invitation, 'tokenHash' | 'sentAt' | 'expiresAt'>

/** What each sending renews: a token that takes the place of the one before, and the time it has. */
export function newSending(
  tx: TenancyContext,
  workspaceId: Workspace['id'],
): { readonly token: string; readonly sending: Sending } {
  const { token, hash } = newInvitationToken(workspaceId)
  const sentAt = tx.clock.now()
  const expiresAt = new Date(sentAt.getTime() + tx.config.limits.invitationDays * DAY_MS)
  return { token, sending: { tokenHash: hash, sentAt, expiresAt } }
}

/**
 * Queues the letter in the transaction of the invitation.
 *
 * What one workspace may send is refused openly. What all workspaces together send to one address is
 * a secret of the others: beyond that the letter is left out and the answer is the same.
 * @throws AppError RATE_LIMITED where the workspace has sent too many, in all or to this address
 */
export async function mailInvitation(
  tx: TenancyContext,
  workspace: Pick<Workspace, 'id' | 'name'>,
  letter: { readonly to: string; readonly token: string },
): Promise<void> {
  const { config, log } = tx
  const { limits, consoleUrl } = config
  const recipient = sha256(letter.to)
  const hour = { limit: limits.invitationsPerHour, seconds: HOUR_SECONDS }
  const day = { limit: limits.invitationsPerRecipientDay, seconds: DAY_SECONDS }
  await allowOrRefuse(tx, { key: `workspace:${workspace.id}`, ...hour })
  await allowOrRefuse(tx, { key: `recipient:${workspace.id}:${recipient}`, ...day })

  const everywhere = { limit: limits.lettersPerRecipientDay, seconds: DAY_SECONDS }
  const wait = await countLetter(tx, { key: `recipient:${recipient}`, ...everywhere })
  if (wait > 0) return log.warn('an invitation was not mailed: its address had too many today')
  const { name: workspaceName } = workspace
  enqueueMail(
    tx,
    invitationLetter({ ...letter, consoleUrl, workspaceName, days: limits.invitationDays }),
  )
}

async function allowOrRefuse(
  tx: TenancyContext,
  allowance: Parameters<typeof countLetter>[1],
): Promise<void> {
  const seconds = await countLetter(tx, allowance)
  if (seconds > 0) throw rateLimited(seconds)
}
