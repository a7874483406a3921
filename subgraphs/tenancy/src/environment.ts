import type { GatewayKeyRecord } from '@logicspike/auth'
import { assertProductionSecrets, parseEnvironment } from '@logicspike/environment'
import { z } from 'zod'
import { defaultLimits } from './config.ts'

const count = (unset: number) => z.coerce.number().int().positive().default(unset)
const origin = z.url().transform((url) => url.replace(/\/$/, ''))

/** `id:key`, comma-separated; the first seals, all open. */
const sealingKeys = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim().split(':')))
  .pipe(z.array(z.tuple([z.string().min(1), z.string().min(32)])).min(1))
  .transform((pairs) => pairs.map(([id, key]) => ({ id, key })))

/** `caller:sha256`, comma-separated; two of one caller while its key is changed. */
const acceptedKeys = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim().split(':')))
  .pipe(z.array(z.tuple([z.string().min(1), z.string().regex(/^[0-9a-f]{64}$/)])).min(1))
  .transform((pairs): GatewayKeyRecord[] => pairs.map(([caller, sha256]) => ({ caller, sha256 })))

const schema = z.object({
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z.string().default('info'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4102),
  DATABASE_URL: z.url(),
  DATABASE_POOL_SIZE: count(10),
  ISSUER: z.url(),
  CONSOLE_URL: origin,
  IDENTITY_URL: origin,
  GATEWAY_KEY: z.string().min(1),
  ACCEPTED_GATEWAY_KEYS: acceptedKeys,
  SEALING_KEYS: sealingKeys,
  MAIL_URL: z.url(),
  MAIL_FROM: z.string().min(3),
  EPOCH_POLL_MS: count(500),
  WORKSPACES_PER_USER: count(defaultLimits.workspacesPerUser),
  CUSTOM_ROLES_PER_WORKSPACE: count(defaultLimits.customRolesPerWorkspace),
  GRACE_DAYS: count(defaultLimits.graceDays),
  SLUG_HOLD_DAYS: count(defaultLimits.slugHoldDays),
  MEMBERS_PER_WORKSPACE: count(defaultLimits.membersPerWorkspace),
  INVITATION_DAYS: count(defaultLimits.invitationDays),
  INVITATIONS_PER_HOUR: count(defaultLimits.invitationsPerHour),
  INVITATIONS_PER_RECIPIENT_DAY: count(defaultLimits.invitationsPerRecipientDay),
  LETTERS_PER_RECIPIENT_DAY: count(defaultLimits.lettersPerRecipientDay),
})

export type TenancyEnvironment = z.output<typeof schema>

/**
 * What the process was started with; the only reader of `process.env`. `.env.template` lists it.
 * @throws EnvironmentError that names every variable that is missing or malformed
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): TenancyEnvironment {
  const environment = parseEnvironment(schema, variables)
  assertProductionSecrets(environment.NODE_ENV, {
    GATEWAY_KEY: environment.GATEWAY_KEY,
    SEALING_KEYS: variables.SEALING_KEYS,
    DATABASE_URL: environment.DATABASE_URL,
  })
  return environment
}

/** The names it reads, for the check against `.env.template`. */
export const environmentNames: readonly string[] = Object.keys(schema.shape)
