import { EnvironmentError } from './parse-environment.ts'

/** Every secret that the repository carries for local development contains this mark. */
export const DEVELOPMENT_SECRET_MARK = 'development-only'

/**
 * Refuses to go on in production with a secret that everybody can read in the repository.
 * @param secrets variable name → value
 * @throws EnvironmentError naming the variables, never their values
 */
export function assertProductionSecrets(
  nodeEnv: string | undefined,
  secrets: Readonly<Record<string, string | undefined>>,
): void {
  if (nodeEnv !== 'production') return
  const known = Object.keys(secrets).filter((name) =>
    secrets[name]?.includes(DEVELOPMENT_SECRET_MARK),
  )
  if (known.length === 0) return
  throw new EnvironmentError(
    `Refusing to start in production with development secrets. Give your own: ${known.join(', ')}`,
  )
}
