import { parseEnvironment } from '@logicspike/environment'
import { z } from 'zod'
import { observabilityVariables } from '../environment.ts'

const schema = z.object({
  NODE_ENV: z.string().default('development'),
  ...observabilityVariables,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('warn'),
})

/**
 * What a gateway that is started alone takes from the environment; none of it has to be set.
 * @throws EnvironmentError naming what is malformed
 */
export function readServeEnvironment(): z.output<typeof schema> {
  return parseEnvironment(schema, process.env)
}
