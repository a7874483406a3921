import { defineEntity, p } from '@mikro-orm/postgresql'
import { User } from '../users/user.entity.ts'

const PasswordSchema = defineEntity({
  name: 'Password',
  tableName: 'passwords',
  comment: 'Argon2id hashes; accounts that sign in by other means have none',
  properties: {
    userId: () => p.oneToOne(User).mapToPk().primary().joinColumn('user_id').deleteRule('cascade'),
    hash: p.text(),
    /** Devices remembered before this moment are strangers again. */
    changedAt: p.datetime(),
  },
})

/** The password of an account. */
export class Password extends PasswordSchema.class {}
PasswordSchema.setClass(Password)
