import { ok, type Result, refuse } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import { currentWorkspaceId, requirePermission } from '@logicspike/subgraph-kit'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { CommunicationContext } from '../../context.ts'
import { type Default, defaultsOf } from './defaults-of.ts'
import { writeWorkspaceWord } from './preference.repository.ts'

/**
 * Changes what the workspace says of notifications.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export async function updateNotificationDefaults(
  tx: CommunicationContext,
  input: {
    readonly defaults: readonly (Omit<Default, 'enabled'> & { readonly enabled?: boolean | null })[]
  },
): Promise<Result<Default[], InvalidInputError>> {
  requirePermission(tx, 'communication:notifications.manage')
  const workspaceId = currentWorkspaceId(tx)
  const mandatory = input.defaults.findIndex(isMandatory)
  if (mandatory >= 0) {
    const message = 'What concerns security is always told.'
    return refuse(invalidInput(message, 'defaults', String(mandatory)))
  }
  for (const { enabled = null, locked, ...subject } of input.defaults) {
    await writeWorkspaceWord({ ...tx, workspaceId }, subject, { enabled, locked })
  }
  if (input.defaults.length > 0) {
    await recordAudit(tx, {
      action: 'workspace.notification_defaults_changed',
      workspaceId,
      target: { type: 'workspace', id: workspaceId },
      details: { defaults: input.defaults.map((it) => ({ ...it, enabled: it.enabled ?? null })) },
    })
  }
  tx.em.clear()
  return ok(await defaultsOf(tx))
}

const isMandatory = ({ category, channel }: Pick<Default, 'category' | 'channel'>): boolean =>
  category === 'SECURITY' && channel !== 'SLACK'
