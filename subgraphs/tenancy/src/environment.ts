import { countVariable, originVariable, subgraphEnvironment } from '@logicspike/environment'
import { defaultLimits } from './config.ts'

const environment = subgraphEnvironment({
  service: 'tenancy',
  usualPort: 4102,
  own: {
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
  },
})

export type TenancyEnvironment = ReturnType<typeof environment.read>

/**
 * What the process was started with; the only reader of `process.env`. `.env.template` lists it.
 * @throws EnvironmentError that names every variable that is missing or malformed
 */
export const readEnvironment = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
) => environment.read(variables)

/** The names it reads, for the check against `.env.template`. */
export const environmentNames = environment.names
