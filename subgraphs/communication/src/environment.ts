import {
  assertProductionSecrets,
  gatewayKeyVariable,
  originVariable,
  parseEnvironment,
  portVariable,
  subgraphVariables,
} from '@logicspike/environment'
import { z } from 'zod'

const schema = z.object({
  ...subgraphVariables,
  PORT: portVariable(4105),
  GATEWAY_KEY: gatewayKeyVariable('communication'),
  IDENTITY_URL: originVariable,
  TENANCY_URL: originVariable,
})

type CommunicationEnvironment = z.output<typeof schema>

/**
 * What the process was started with; the only reader of `process.env`. `.env.template` lists it.
 * @throws EnvironmentError that names every variable that is missing or malformed
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): CommunicationEnvironment {
  const environment = parseEnvironment(schema, variables)
  assertProductionSecrets(environment.NODE_ENV, {
    GATEWAY_KEY: environment.GATEWAY_KEY,
    SEALING_KEYS: variables.SEALING_KEYS,
    DATABASE_URL: environment.DATABASE_URL,
    EVENTS_URL: environment.EVENTS_URL,
    EVENTS_CONSUMER_URL: environment.EVENTS_CONSUMER_URL,
  })
  return environment
}

/** The names it reads, for the check against `.env.template`. */
export const environmentNames: readonly string[] = Object.keys(schema.shape)
