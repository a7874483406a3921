import type { Id } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { User } from '../users/user.entity.ts'

const TotpFactorSchema = defineEntity({
  name: 'TotpFactor',
  tableName: 'totp_factors',
  comment: 'Authenticator apps, one per account; of no use until a first code confirms the seed',
  uniques: [{ name: 'totp_factors_user_unique', properties: ['userId'] }],
  properties: {
    id: p.text().primary().$type<Id<'crd'>>(),
    userId: () => p.manyToOne(User).mapToPk().joinColumn('user_id').deleteRule('cascade'),
    sealedSeed: p.text(),
    /** The time step whose code was accepted last; codes of it and of earlier ones are used up. */
    lastStep: p.integer(),
    /** Null while the app is being set up. */
    confirmedAt: p.datetime().strictNullable(),
    createdAt: p.datetime(),
  },
})

/** The authenticator app of an account. */
export class TotpFactor extends TotpFactorSchema.class {}
TotpFactorSchema.setClass(TotpFactor)
