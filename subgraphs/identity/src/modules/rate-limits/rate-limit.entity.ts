import { defineEntity, p } from '@mikro-orm/postgresql'

/** Columns and their order are those that rate-limiter-flexible writes to. */
const RateLimitSchema = defineEntity({
  name: 'RateLimit',
  tableName: 'rate_limits',
  comment: 'Tries counted per window; keys are hashes or network prefixes',
  indexes: [{ name: 'rate_limits_expiry_index', properties: ['expire'] }],
  properties: {
    key: p.text().primary(),
    points: p.integer(),
    /** Milliseconds since 1970-01-01T00:00:00Z. */
    expire: p.bigint('number').strictNullable(),
  },
})

/** One bucket of tries. */
export class RateLimit extends RateLimitSchema.class {}
RateLimitSchema.setClass(RateLimit)
