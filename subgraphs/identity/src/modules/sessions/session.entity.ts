import type { Id } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { User } from '../users/user.entity.ts'

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  comment: 'One per sign-in, neutral of workspaces',
  indexes: [
    { name: 'sessions_user_index', properties: ['userId', 'createdAt'] },
    { name: 'sessions_epoch_index', properties: ['epochBumpedAt'] },
    { name: 'sessions_expiry_index', properties: ['expiresAt'] },
  ],
  properties: {
    id: p.text().primary().$type<Id<'ses'>>(),
    userId: () => p.manyToOne(User).mapToPk().name('user_id'),
    clientId: p.text(),
    delivery: p.enum(['COOKIE', 'PAYLOAD'] as const),
    /** RFC 8176 values: how the person proved who they are, at sign-in and by stepping up. */
    amr: p.array(),
    authTime: p.datetime(),
    /** Access tokens of a lower epoch are refused everywhere. */
    epoch: p.integer(),
    epochBumpedAt: p.datetime().strictNullable(),
    /** Hash of the part that all refresh tokens of this session share. */
    familyHash: p.text(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime(),
    /** The end of idleness, moved by each refresh, at most `absoluteExpiresAt`. */
    expiresAt: p.datetime(),
    absoluteExpiresAt: p.datetime(),
    endedAt: p.datetime().strictNullable(),
    endReason: p.text().strictNullable(),
    ipAddress: p.text().strictNullable(),
    userAgent: p.text().strictNullable(),
  },
})

/** A sign-in that lasts: what refresh tokens belong to and access tokens are minted for. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session)
