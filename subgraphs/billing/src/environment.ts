import { originVariable, subgraphEnvironment } from '@logicspike/environment'

const environment = subgraphEnvironment({
  service: 'billing',
  usualPort: 4103,
  own: {
    IDENTITY_URL: originVariable,
    TENANCY_URL: originVariable,
  },
})

/**
 * What the process was started with; the only reader of `process.env`. `.env.template` lists it.
 * @throws EnvironmentError that names every variable that is missing or malformed
 */
export const readEnvironment = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
) => environment.read(variables)

/** The names it reads, for the check against `.env.template`. */
export const environmentNames = environment.names
