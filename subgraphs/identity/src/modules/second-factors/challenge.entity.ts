import type { Id } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { User } from '../users/user.entity.ts'

export const CHALLENGE_PURPOSES = [
  'complete-sign-in',
  'passkey-sign-in',
  'passkey-registration',
  'step-up',
] as const
export type ChallengePurpose = (typeof CHALLENGE_PURPOSES)[number]

const ChallengeSchema = defineEntity({
  name: 'Challenge',
  tableName: 'challenges',
  comment: 'Proofs asked for and not yet given; a row goes when it is answered or given up',
  indexes: [
    { name: 'challenges_user_index', properties: ['userId'] },
    { name: 'challenges_expiry_index', properties: ['expiresAt'] },
  ],
  properties: {
    tokenHash: p.text().primary(),
    purpose: p.enum(CHALLENGE_PURPOSES),
    /** Who has to answer; null where a passkey is to tell. */
    userId: () =>
      p.manyToOne(User).mapToPk().joinColumn('user_id').deleteRule('cascade').strictNullable(),
    /** The session that asked; null for sign-ins, which have none yet. */
    sessionId: p.text().$type<Id<'ses'>>().strictNullable(),
    /** The client that asked and how it gets its session; null within a session. */
    clientId: p.text().strictNullable(),
    delivery: p.enum(['COOKIE', 'PAYLOAD'] as const).strictNullable(),
    /** What was proved before, as RFC 8176 values. */
    amr: p.array(),
    /** What a passkey has to sign; null where none may answer, or one has tried. */
    passkeyChallenge: p.text().strictNullable(),
    triesLeft: p.integer(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
  },
})

/** A question that is waiting for its answer. */
export class Challenge extends ChallengeSchema.class {}
ChallengeSchema.setClass(Challenge)
