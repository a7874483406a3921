import type { Id } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { User } from '../users/user.entity.ts'

const PasskeySchema = defineEntity({
  name: 'Passkey',
  tableName: 'passkeys',
  comment: 'Public keys of WebAuthn credentials; nothing in here is secret',
  uniques: [{ name: 'passkeys_credential_unique', properties: ['credentialId'] }],
  indexes: [{ name: 'passkeys_user_index', properties: ['userId', 'createdAt'] }],
  properties: {
    id: p.text().primary().$type<Id<'pky'>>(),
    userId: () => p.manyToOne(User).mapToPk().joinColumn('user_id').deleteRule('cascade'),
    name: p.text(),
    /** The authenticator's own id of the credential, as base64url. */
    credentialId: p.text(),
    /** COSE key (RFC 9052 §7) as base64url. */
    publicKey: p.text(),
    /** Uses that the authenticator has counted; stays 0 for passkeys synced between devices. */
    counter: p.bigint('number'),
    /** How browsers may reach the authenticator, such as `usb` or `internal`. */
    transports: p.array(),
    /** `multiDevice`: made to be synced. Never changes (WebAuthn Level 3 §6.1.3). */
    deviceType: p.enum(['singleDevice', 'multiDevice'] as const),
    /** Whether a copy existed elsewhere when it was used last. */
    backedUp: p.boolean(),
    /** Model of the authenticator; zeros where it does not say. */
    aaguid: p.text(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().strictNullable(),
  },
})

/** A passkey or security key of an account. */
export class Passkey extends PasskeySchema.class {}
PasskeySchema.setClass(Passkey)
