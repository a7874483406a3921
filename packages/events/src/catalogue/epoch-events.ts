import { z } from 'zod'
import { defineEvent } from '../define-event.ts'

/** How verifiers learn of revocations. */
export const epochEvents = {
  'epoch.bumped': defineEvent({
    version: 1,
    visibleTo: 'nobody',
    class: 'internal',
    description: 'Tokens of a subject with a lower epoch are refused from now on.',
    data: z.strictObject({
      /** `session:<session id>` or `member:<workspace id>:<user id>`. */
      subject: z.string().regex(/^[a-z]+(:[a-z]+_[0-9a-z]{26})+$/),
      epoch: z.number().int().positive(),
      bumpedAt: z.iso.datetime(),
    }),
  }),
}
