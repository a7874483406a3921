import { defineEntity, p } from '@mikro-orm/postgresql'
import type { EmailAddress } from '../users/email-address.ts'
import { User } from '../users/user.entity.ts'

export const EMAIL_TOKEN_PURPOSES = ['verify-email', 'reset-password', 'change-email'] as const
export type EmailTokenPurpose = (typeof EMAIL_TOKEN_PURPOSES)[number]

const EmailTokenSchema = defineEntity({
  name: 'EmailToken',
  tableName: 'email_tokens',
  comment:
    'Hashes of tokens sent by mail; each works once, until it expires or a newer one is sent',
  indexes: [
    { name: 'email_tokens_user_index', properties: ['userId', 'purpose'] },
    { name: 'email_tokens_email_index', properties: ['email'] },
    { name: 'email_tokens_expiry_index', properties: ['expiresAt'] },
  ],
  properties: {
    tokenHash: p.text().primary(),
    purpose: p.enum(EMAIL_TOKEN_PURPOSES),
    /** Null for a decoy: a request about an unknown address does the work of a real one. */
    userId: () =>
      p.manyToOne(User).mapToPk().joinColumn('user_id').deleteRule('cascade').strictNullable(),
    /** Where it was sent: the address it proves access to. */
    email: p.text().$type<EmailAddress>(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
  },
})

/** A single-use proof that somebody reads the mail of an address. */
export class EmailToken extends EmailTokenSchema.class {}
EmailTokenSchema.setClass(EmailToken)
