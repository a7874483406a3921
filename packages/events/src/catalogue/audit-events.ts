import { z } from 'zod'
import { defineEvent } from '../define-event.ts'

/** What compliance asks: who did what to which object, and what came of it. */
export const auditEvents = {
  'audit.recorded': defineEvent({
    version: 1,
    visibleTo: 'nobody',
    description: 'An action worth keeping for auditors, allowed or refused.',
    data: z.strictObject({
      action: z.string().regex(/^[a-z_]+\.[a-z_]+$/),
      outcome: z.enum(['success', 'refused']),
      target: z.strictObject({ type: z.string(), id: z.string() }),
      ip: z.string().nullable(),
      userAgent: z.string().max(512).nullable(),
      details: z.record(z.string(), z.json()),
    }),
  }),
}
