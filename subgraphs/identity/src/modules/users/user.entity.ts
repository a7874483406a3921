import type { Id } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import type { EmailAddress } from './email-address.ts'

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  comment: 'People, whatever workspaces they belong to; a closed account leaves an empty row',
  uniques: [{ name: 'users_email_unique', properties: ['email'] }],
  indexes: [{ name: 'users_closing_index', properties: ['closingSince'] }],
  properties: {
    id: p.text().primary().$type<Id<'usr'>>(),
    /** Null once the account is deleted, so that the address can sign up again. */
    email: p.text().$type<EmailAddress>().strictNullable(),
    emailVerified: p.boolean(),
    displayName: p.text(),
    /** The language they signed up in, BCP 47; null where they did not say. */
    locale: p.text().strictNullable(),
    /** See account-states.ts. */
    status: p.enum(['active', 'closing', 'deactivated', 'deleted'] as const),
    /** What a closing account is to become; null unless it is closing. */
    closingTo: p.enum(['deactivated', 'deleted'] as const).strictNullable(),
    closingSince: p.datetime().strictNullable(),
    createdAt: p.datetime(),
  },
})

/** A person with an account. */
export class User extends UserSchema.class {}
UserSchema.setClass(User)
