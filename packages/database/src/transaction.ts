import type { Refusal, Result } from '@logicspike/errors'
import type { IsolationLevel } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { isTransient } from './database-errors.ts'

/** First try included. */
const mostTries = 3

type WithEntityManager = { readonly em: EntityManager }

export type TransactionOptions = {
  /** PostgreSQL's default, read committed, when absent. */
  readonly isolationLevel?: IsolationLevel
}

/**
 * Runs `work` in one transaction: commits what it wrote when it succeeds or refuses with
 * `keepWrites`, rolls back when it refuses or throws. Nothing may be done inside that the database
 * cannot undo, as `work` runs again, up to 3 times in all, when the database breaks a tie between
 * transactions (40001, 40P01).
 *
 * `work` starts with nothing in memory: give it ids, not entities. Entities that it returns stay
 * usable for reading after the commit, and `ctx.em` forgets what it read before.
 */
export async function inTransaction<Context extends WithEntityManager, Value, Failure>(
  ctx: Context,
  work: (tx: Context) => Promise<Result<Value, Failure>>,
  options: TransactionOptions = {},
): Promise<Result<Value, Failure>> {
  if (ctx.em.isInTransaction()) {
    throw new Error('A transaction is open already: call the use case directly.')
  }
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(ctx, work, options)
    } catch (error) {
      if (tries === mostTries || !isTransient(error)) throw error
    }
  }
}

async function attempt<Context extends WithEntityManager, Value, Failure>(
  ctx: Context,
  work: (tx: Context) => Promise<Result<Value, Failure>>,
  options: TransactionOptions,
): Promise<Result<Value, Failure>> {
  let refusal: Refusal<Failure> | undefined
  try {
    const result = await ctx.em.fork({ clear: true }).transactional(async (em) => {
      const answer = await work({ ...ctx, em })
      if (answer.ok || answer.keepWrites) return answer
      refusal = answer
      throw new RolledBack()
    }, options)
    ctx.em.clear()
    return result
  } catch (error) {
    if (error instanceof RolledBack && refusal) return refusal
    throw error
  }
}

/** The ORM rolls back only when something is thrown. */
class RolledBack extends Error {
  override readonly message = 'The work refused.'
}
