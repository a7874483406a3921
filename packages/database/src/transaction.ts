import type { Result } from '@logicspike/errors'
import type { EntityManager } from '@mikro-orm/postgresql'
import { isTransient } from './database-errors.ts'

/** First try included. */
const mostTries = 3

/**
 * Runs `work` in one transaction: commits what it wrote when it succeeds or refuses with
 * `keepWrites`, rolls back when it refuses or throws. Nothing may be done inside that the database
 * cannot undo, as `work` runs again, up to 3 times in all, when the database breaks a tie between
 * transactions (40001, 40P01).
 *
 * `work` starts with nothing in memory: pass ids into it, not entities. Entities that it returns
 * stay usable for reading after the commit, and `ctx.em` forgets what it read before.
 */
export async function inTransaction<Context extends { readonly em: EntityManager }, Value, Failure>(
  ctx: Context,
  work: (tx: Context) => Promise<Result<Value, Failure>>,
): Promise<Result<Value, Failure>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(ctx, work)
    } catch (error) {
      if (tries === mostTries || !isTransient(error)) throw error
    }
  }
}

async function attempt<Context extends { readonly em: EntityManager }, Value, Failure>(
  ctx: Context,
  work: (tx: Context) => Promise<Result<Value, Failure>>,
): Promise<Result<Value, Failure>> {
  if (ctx.em.isInTransaction()) throw new Error('A transaction is open: call the work directly.')
  const fresh = ctx.em.fork({ clear: true })
  try {
    const result = await fresh.transactional(async (em) => {
      const answer = await work({ ...ctx, em })
      if (!answer.ok && !answer.keepWrites) throw new RolledBack(answer)
      return answer
    })
    ctx.em.clear()
    return result
  } catch (error) {
    if (error instanceof RolledBack) return error.answer as Result<Value, Failure>
    throw error
  }
}

/** Carries a refusal past the driver, which rolls back only when something is thrown. */
class RolledBack extends Error {
  readonly answer: unknown

  constructor(answer: unknown) {
    super('The work refused.')
    this.answer = answer
  }
}
