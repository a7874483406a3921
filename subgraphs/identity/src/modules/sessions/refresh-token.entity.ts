import { defineEntity, p } from '@mikro-orm/postgresql'
import { Session } from './session.entity.ts'

const RefreshTokenSchema = defineEntity({
  name: 'RefreshToken',
  tableName: 'refresh_tokens',
  comment: 'Hashes of refresh tokens; a session has one that is not consumed',
  indexes: [
    { name: 'refresh_tokens_session_index', properties: ['session'] },
    { name: 'refresh_tokens_consumed_index', properties: ['consumedAt'] },
  ],
  uniques: [
    {
      name: 'refresh_tokens_current_unique',
      properties: ['session'],
      where: 'consumed_at is null',
    },
  ],
  properties: {
    tokenHash: p.text().primary(),
    session: () => p.manyToOne(Session).deleteRule('cascade'),
    createdAt: p.datetime(),
    consumedAt: p.datetime().strictNullable(),
    /** Fingerprint of the client that consumed it: the only one a replay is answered to. */
    consumedBy: p.text().strictNullable(),
    /** The token that took its place, sealed; null where no replay may be answered. */
    sealedSuccessor: p.text().strictNullable(),
  },
})

/** One generation of a session's refresh token. */
export class RefreshToken extends RefreshTokenSchema.class {}
RefreshTokenSchema.setClass(RefreshToken)
