import { advisoryLock } from '@logicspike/database'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import type { CommunicationContext } from '../../context.ts'
import { announceSlack } from './announce-slack.ts'
import { secretContext } from './open-slack-connection.ts'
import { SlackConnection, type SlackConnectionKind } from './slack-connection.entity.ts'
import { findSlackConnection } from './slack-connection.repository.ts'
import { hintOf } from './slack-credentials.ts'

type NewConnection = {
  readonly kind: SlackConnectionKind
  readonly secret: string
  readonly channelId: string | null
}

/** Puts a connection in the place of the one there may be. */
export async function replaceSlackConnection(
  tx: CommunicationContext,
  { kind, secret, channelId }: NewConnection,
): Promise<SlackConnection> {
  const tenantId = currentWorkspaceId(tx)
  await advisoryLock(tx.em, 'communication.slack-connection', tenantId)
  const previous = await findSlackConnection(tx)
  if (previous) {
    await tx.em.remove(previous).flush()
    await announceSlack(tx, 'slack_connection.disconnected', previous, {})
  }
  const id = tx.ids('slackConnection')
  const connection = tx.em.create(SlackConnection, {
    ...{ id, tenantId, kind, channelId },
    sealedSecret: tx.secretBox.seal(secret, secretContext(id)),
    hint: hintOf(secret),
    status: 'ACTIVE',
    brokenReason: null,
    brokenAt: null,
    connectedAt: tx.clock.now(),
  })
  await tx.em.persist(connection).flush()
  await announceSlack(tx, 'slack_connection.connected', connection, { kind })
  return connection
}
