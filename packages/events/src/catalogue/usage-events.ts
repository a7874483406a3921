import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { idOf } from './fields.ts'

/** What billing meters. */
export const usageEvents = {
  'usage.recorded': defineEvent({
    version: 1,
    class: 'internal',
    visibleTo: 'nobody',
    description: 'A workspace has used something that is counted.',
    data: z.strictObject({
      workspaceId: idOf('workspace'),
      /** `<service>.<what is counted>`, such as `communication.email_sends`. */
      meter: z.string().regex(/^[a-z][a-z0-9-]*\.[a-z_]+$/),
      quantity: z.number().int().positive(),
    }),
  }),
}
