import {
  assertProductionSecrets,
  countVariable,
  gatewayKeyVariable,
  originVariable,
  parseEnvironment,
  portVariable,
  subgraphVariables,
} from '@logicspike/environment'
import { z } from 'zod'
import { defaultLimits } from './config.ts'

const schema = z.object({
  ...subgraphVariables,
  PORT: portVariable(4102),
  GATEWAY_KEY: gatewayKeyVariable('tenancy'),
  IDENTITY_URL: originVariable,
  WORKSPACES_PER_USER: countVariable(defaultLimits.workspacesPerUser),
  CUSTOM_ROLES_PER_WORKSPACE: countVariable(defaultLimits.customRolesPerWorkspace),
  GRACE_DAYS: countVariable(defaultLimits.graceDays),
  SLUG_HOLD_DAYS: countVariable(defaultLimits.slugHoldDays),
  MEMBERS_PER_WORKSPACE: countVariable(defaultLimits.membersPerWorkspace),
  INVITATION_DAYS: countVariable(defaultLimits.invitationDays),
  INVITATIONS_PER_HOUR: countVariable(defaultLimits.invitationsPerHour),
  INVITATIONS_PER_RECIPIENT_DAY: countVariable(defaultLimits.invitationsPerRecipientDay),
  LETTERS_PER_RECIPIENT_DAY: countVariable(defaultLimits.lettersPerRecipientDay),
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
    EVENTS_URL: environment.EVENTS_URL,
    EVENTS_CONSUMER_URL: environment.EVENTS_CONSUMER_URL,
  })
  return environment
}

/** The names it reads, for the check against `.env.template`. */
export const environmentNames: readonly string[] = Object.keys(schema.shape)
