import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { idOf } from './fields.ts'

const user = { userId: idOf('user') }

/** Facts about accounts. E-mail addresses are left out where a listener can do without. */
export const userEvents = {
  'user.created': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'Somebody signed up; the address may not be verified yet.',
    data: z.strictObject({ ...user, method: z.enum(['password', 'google']) }),
  }),
  'user.email_verified': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'The owner of the address opened the link that was sent to it.',
    data: z.strictObject(user),
  }),
  'user.email_changed': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'The account moved to another verified address.',
    data: z.strictObject(user),
  }),
  'user.password_changed': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'The password was changed or reset; other sessions have ended.',
    data: z.strictObject({ ...user, by: z.enum(['change', 'reset']) }),
  }),
  'user.profile_changed': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'The display name was changed.',
    data: z.strictObject(user),
  }),
  'user.identity_linked': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'An external identity may now sign in to this account.',
    data: z.strictObject({ ...user, issuer: z.url() }),
  }),
  'user.identity_unlinked': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'An external identity may no longer sign in to this account.',
    data: z.strictObject({ ...user, issuer: z.url() }),
  }),
  'user.second_factor_added': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'A second factor was confirmed.',
    data: z.strictObject({ ...user, factor: z.enum(['totp', 'passkey', 'recovery-codes']) }),
  }),
  'user.second_factor_removed': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'A second factor was removed.',
    data: z.strictObject({ ...user, factor: z.enum(['totp', 'passkey', 'recovery-codes']) }),
  }),
  'user.deactivated': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'The account can no longer sign in; its sessions have ended.',
    data: z.strictObject(user),
  }),
  'user.reactivated': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'The account can sign in again.',
    data: z.strictObject(user),
  }),
  'user.deleted': defineEvent({
    version: 1,
    visibleTo: 'itsUser',
    description: 'The account and what identifies its owner were erased.',
    data: z.strictObject(user),
  }),
}
