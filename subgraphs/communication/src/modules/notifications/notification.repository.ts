import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import type { Place } from '../../place.ts'
import type { News } from './write-notifications.ts'

const INSERT = `insert into notifications (id, tenant_id, user_id, workspace_id, event_id, type,
    facts, people, in_inbox, read_at, occurred_at, created_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?)
  on conflict (tenant_id, event_id, type, user_id) do nothing`

/** @returns its id; null where this person has been told of this event in this way before */
export async function insertNotification(
  tx: CommunicationContext,
  { kind, eventId, occurredAt, workspaceId, facts, people }: News,
  place: Place,
  inInbox: boolean,
): Promise<IdOf<'notification'> | null> {
  const id = tx.ids('notification')
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    INSERT,
    [
      ...[id, place.workspaceId, place.userId, workspaceId, eventId, kind.type],
      ...[JSON.stringify(facts), JSON.stringify(people), inInbox, occurredAt, tx.clock.now()],
    ],
    'run',
  )
  return affectedRows === 1 ? id : null
}
