import type { Id } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'

const GoogleTransactionSchema = defineEntity({
  name: 'GoogleTransaction',
  tableName: 'google_transactions',
  comment: 'Trips to Google that have not come back; each row is good for one return',
  indexes: [{ name: 'google_transactions_expiry_index', properties: ['expiresAt'] }],
  properties: {
    stateHash: p.text().primary(),
    /** Hash of the secret in the cookie of the browser that set out. */
    browserHash: p.text(),
    /** Nonce and PKCE verifier. */
    sealedSecrets: p.text(),
    /** Path, query and fragment at the console. */
    returnTo: p.text(),
    /** Who links an identity to the account; both null for a sign-in. */
    linkUserId: p.text().$type<Id<'usr'>>().strictNullable(),
    linkSessionId: p.text().$type<Id<'ses'>>().strictNullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
  },
})

/** A browser on its way to Google and back. */
export class GoogleTransaction extends GoogleTransactionSchema.class {}
GoogleTransactionSchema.setClass(GoogleTransaction)
