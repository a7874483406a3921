import { type DestinationStream, type Logger, pino } from 'pino'
import { serializeError } from './serialize-error.ts'

export type { Logger }

/** Keys whose values never reach a log line, at the top or one or two levels down. */
const secretKeys = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-gateway-key',
  'x-api-key',
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'clientSecret',
  'totpCode',
  'recoveryCode',
  'codeVerifier',
  'challengeToken',
  'recoveryCodes',
]

const depths = ['', '*.', '*.*.']
const paths = secretKeys.flatMap((key) => depths.map((depth) => quoted(depth, key)))

/**
 * A JSON logger. Secrets are replaced by `[redacted]` wherever they stand up to three levels deep.
 * @param options.name the service, on every line
 */
export function createLogger(
  options: { name: string; level?: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    name: options.name,
    level: options.level ?? 'info',
    redact: { paths, censor: '[redacted]' },
    serializers: { err: (error: unknown) => serializeError(error) },
  }
  return destination ? pino(settings, destination) : pino(settings)
}

function quoted(depth: string, key: string): string {
  if (!key.includes('-')) return `${depth}${key}`
  return `${depth.slice(0, -1)}["${key}"]`
}
