import type { Principal } from '@logicspike/auth'
import { isVisible, type LoggedEvent } from '@logicspike/events'

/**
 * Whether a caller may be shown an event of its own workspace, as the event's type says. Not as the
 * person it is: a stream is the same for all who hold the same permissions, so that a gateway may
 * share it, and what concerns one person alone is not in it.
 */
export const mayShow = (event: LoggedEvent, { permissions }: Principal): boolean =>
  isVisible(event, { permissions, userId: null })
