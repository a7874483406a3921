import { defineEntity, p } from '@mikro-orm/postgresql'

const OauthClientSchema = defineEntity({
  name: 'OauthClient',
  tableName: 'oauth_clients',
  comment: 'Confidential clients: services that ask for tokens in their own name',
  properties: {
    /** The `client_id`: the name of the service that it speaks for, such as `blog`. */
    id: p.text().primary(),
    /** SHA-256 of a secret of 256 random bits. */
    secretHash: p.text(),
    /** All that it may ask for; a token lists what it did ask for. */
    permissions: p.array(),
    createdAt: p.datetime(),
    disabledAt: p.datetime().strictNullable(),
  },
})

/** A service that authenticates with a secret (RFC 6749 §2.1, confidential). */
export class OauthClient extends OauthClientSchema.class {}
OauthClientSchema.setClass(OauthClient)
