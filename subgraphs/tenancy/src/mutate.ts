import { inTransaction } from '@logicspike/database'
import type { Result } from '@logicspike/errors'
import type { TenancyContext } from './context.ts'

/**
 * Runs a use case as one transaction, see `inTransaction`. What the request has read before is
 * forgotten, so that the rest of its answer shows the change.
 */
export async function mutate<Context extends TenancyContext, Value, Failure>(
  ctx: Context,
  useCase: (tx: Context) => Promise<Result<Value, Failure>>,
): Promise<Result<Value, Failure>> {
  try {
    return await inTransaction(ctx, useCase)
  } finally {
    ctx.loaders.forget()
  }
}
