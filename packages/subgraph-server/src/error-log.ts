import type { ApolloServerPlugin } from '@apollo/server'
import { AppError } from '@logicspike/errors'
import type { ServerContext } from './server-context.ts'

/** Logs what clients never see: the detail and cause of errors that are our fault. */
export function errorLogPlugin<C extends ServerContext>(): ApolloServerPlugin<C> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue, operationName }) => {
        for (const error of errors) {
          const cause = error.originalError ?? error
          const expected = cause instanceof AppError && cause.code !== 'INTERNAL'
          const fields = { err: cause, path: error.path, operationName }
          if (expected)
            contextValue.log.info(
              { ...fields, err: undefined, code: cause.code, detail: cause.detail },
              'refused',
            )
          else contextValue.log.error(fields, 'a resolver failed')
        }
      },
    }),
  }
}
