import { defineEntity, p } from '@mikro-orm/postgresql'
import { User } from '../users/user.entity.ts'

const RecoveryCodeSchema = defineEntity({
  name: 'RecoveryCode',
  tableName: 'recovery_codes',
  comment: 'Argon2id hashes of the codes that stand in for a lost second factor; each works once',
  properties: {
    userId: () => p.manyToOne(User).mapToPk().primary().joinColumn('user_id').deleteRule('cascade'),
    /** 0–9, the first symbol of the code: which hash to compare with. */
    position: p.integer().primary(),
    hash: p.text(),
    usedAt: p.datetime().strictNullable(),
    createdAt: p.datetime(),
  },
})

/** One of the ten recovery codes of an account. */
export class RecoveryCode extends RecoveryCodeSchema.class {}
RecoveryCodeSchema.setClass(RecoveryCode)
