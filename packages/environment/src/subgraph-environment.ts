import { z } from 'zod'
import { parseEnvironment } from './parse-environment.ts'
import { assertProductionSecrets } from './production-secrets.ts'
import { gatewayKeyVariable, portVariable, subgraphVariables } from './variables.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** How a subgraph is configured: by what all subgraphs are, and by variables of its own. */
export function subgraphEnvironment<Own extends z.ZodRawShape>(options: {
  readonly service: string
  /** Where it listens unless told otherwise. */
  readonly usualPort: number
  readonly own: Own
}) {
  const { service, usualPort, own } = options
  const common = { PORT: portVariable(usualPort), GATEWAY_KEY: gatewayKeyVariable(service) }
  const schema = z.object({ ...subgraphVariables, ...common })
  const ownSchema = z.object(own)
  return {
    /** Every name that is read, for the check against `.env.template`. */
    names: [...Object.keys(schema.shape), ...Object.keys(own)] as readonly string[],
    /** @throws EnvironmentError naming all that is missing, malformed, or not for production */
    read(variables: Variables): z.output<typeof schema> & z.output<typeof ownSchema> {
      const environment = parseEnvironment(z.intersection(schema, ownSchema), variables)
      assertProductionSecrets(environment.NODE_ENV, {
        GATEWAY_KEY: environment.GATEWAY_KEY,
        SEALING_KEYS: variables.SEALING_KEYS,
        DATABASE_URL: environment.DATABASE_URL,
        EVENTS_URL: environment.EVENTS_URL,
        EVENTS_CONSUMER_URL: environment.EVENTS_CONSUMER_URL,
      })
      return environment
    },
  }
}
