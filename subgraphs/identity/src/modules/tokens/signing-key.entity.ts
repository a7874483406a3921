import { defineEntity, p } from '@mikro-orm/postgresql'
import type { JWK } from 'jose'

const SigningKeySchema = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_keys',
  comment: 'RSA keys that sign access tokens; the private half is sealed',
  properties: {
    /** Also the `kid`. */
    id: p.text().primary(),
    publicJwk: p.json().$type<JWK>(),
    sealedPrivateJwk: p.text(),
    createdAt: p.datetime(),
    /** From here on it signs; it is published long before. */
    activatesAt: p.datetime(),
    /** From here on it verifies nothing and is erased; null until a successor is active. */
    retiresAt: p.datetime().strictNullable(),
  },
})

/** A key pair on its way Next → Current → Previous, which follows from its instants. */
export class SigningKey extends SigningKeySchema.class {}
SigningKeySchema.setClass(SigningKey)
