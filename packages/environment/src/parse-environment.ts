import type { z } from 'zod'

/** Every problem of the environment at once, one line each, so that one restart mends them all. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}

/**
 * Parses environment variables by a zod schema.
 * @throws EnvironmentError that lists every missing or malformed variable by name, never its value
 */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  variables: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  // An empty variable is an unset one: shells and compose files cannot tell them apart.
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = schema.safeParse(present)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || '(environment)'}: ${message}`,
  )
  throw new EnvironmentError(
    `The environment is not complete. Set or mend these variables:\n${problems.join('\n')}`,
  )
}
