import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { idOf } from './fields.ts'

/** What is new in people's inboxes. */
export const notificationEvents = {
  'notification.created': defineEvent({
    version: 1,
    class: 'internal',
    visibleTo: 'nobody',
    description:
      'A user has a new notification; only their own stream of notifications tells of it.',
    data: z.strictObject({ notificationId: idOf('notification'), userId: idOf('user') }),
  }),
}
