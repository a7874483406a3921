import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { idOf } from './fields.ts'

const session = { sessionId: idOf('session'), userId: idOf('user') }

/** Facts about sign-ins. */
export const sessionEvents = {
  'session.started': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'Somebody signed in.',
    data: z.strictObject({ ...session, amr: z.array(z.string()) }),
  }),
  'session.revoked': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'A session ended before its time; its tokens are refused from now on.',
    data: z.strictObject({
      ...session,
      reason: z.enum([
        'signed-out',
        'ended-by-owner',
        'refresh-token-reused',
        'password-changed',
        'second-factor-changed',
        'account-deactivated',
        'account-deleted',
        'account-claimed',
        'identity-unlinked',
        'token-revoked',
        'session-limit',
      ]),
    }),
  }),
  'session.sign_in_failed': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'A sign-in to an existing account was refused.',
    data: z.strictObject({
      userId: idOf('user'),
      reason: z.enum(['wrong-password', 'wrong-second-factor', 'not-active', 'rate-limited']),
    }),
  }),
}
