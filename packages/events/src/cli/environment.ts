import { parseEnvironment } from '@logicspike/environment'
import { z } from 'zod'

const schema = z.object({
  /** As the service role of the service whose consumers are looked at. */
  DATABASE_URL: z.url(),
})

/** @throws EnvironmentError */
export const readRedriveEnvironment = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
): z.output<typeof schema> => parseEnvironment(schema, variables)
