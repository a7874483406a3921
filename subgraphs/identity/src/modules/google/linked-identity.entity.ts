import type { Id } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { User } from '../users/user.entity.ts'

const LinkedIdentitySchema = defineEntity({
  name: 'LinkedIdentity',
  tableName: 'linked_identities',
  comment: 'Accounts elsewhere that may sign in here, known by issuer and subject only',
  uniques: [
    { name: 'linked_identities_subject_unique', properties: ['issuer', 'subject'] },
    { name: 'linked_identities_user_unique', properties: ['userId', 'issuer'] },
  ],
  properties: {
    id: p.text().primary().$type<Id<'lnk'>>(),
    userId: () => p.manyToOne(User).mapToPk().joinColumn('user_id').deleteRule('cascade'),
    issuer: p.text(),
    /** The provider's own key of the person; addresses move between people, this does not. */
    subject: p.text(),
    /** What the provider called the address when it was linked; shown, never compared. */
    email: p.text(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime(),
  },
})

/** An identity at an OpenID provider that may sign in to an account. */
export class LinkedIdentity extends LinkedIdentitySchema.class {}
LinkedIdentitySchema.setClass(LinkedIdentity)
