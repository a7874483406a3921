import { ConsumerOffset } from './consumer-offset.entity.ts'
import { InboxEntry } from './inbox-entry.entity.ts'
import { ParkedEvent } from './parked-event.entity.ts'

/** What a service with consumers adds to its entities; `create-migration` makes the tables. */
export const consumerEntities = [ConsumerOffset, ParkedEvent, InboxEntry] as const
