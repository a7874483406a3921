import type { ApolloServerPlugin } from '@apollo/server'
import { AppError } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { GraphQLError } from 'graphql'
import type { ServerContext } from './server-context.ts'

/** Logs what clients never see: the detail and cause of errors that are our fault. */
export function errorLogPlugin<C extends ServerContext>(): ApolloServerPlugin<C> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue, operationName }) =>
        logErrors(contextValue.log, errors, operationName),
    }),
  }
}

/** Writes down why an operation, or one event of a stream, did not do all that was asked. */
export function logErrors(
  log: Logger,
  errors: readonly GraphQLError[],
  operationName: string | null | undefined,
): void {
  for (const error of errors) {
    const cause = error.originalError ?? error
    const expected = cause instanceof AppError && cause.code !== 'INTERNAL'
    const fields = { err: cause, path: error.path, operationName }
    if (expected)
      log.info({ ...fields, err: undefined, code: cause.code, detail: cause.detail }, 'refused')
    else log.error(fields, 'a resolver failed')
  }
}
