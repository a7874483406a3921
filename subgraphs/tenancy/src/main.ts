import { runSubgraph } from '@logicspike/subgraph-kit'
import { createTenancyApp } from './app.ts'
import type { TenancyConfig } from './config.ts'
import { readEnvironment, type TenancyEnvironment } from './environment.ts'

/** Tenancy as a process of its own. */
const environment = readEnvironment()

await runSubgraph({
  name: 'tenancy',
  environment,
  peers: { identity: environment.IDENTITY_URL },
  create: (parts) => createTenancyApp({ ...parts, config: configOf(environment) }),
})

function configOf(given: TenancyEnvironment): TenancyConfig {
  return {
    issuer: given.ISSUER,
    consoleUrl: given.CONSOLE_URL,
    limits: {
      workspacesPerUser: given.WORKSPACES_PER_USER,
      customRolesPerWorkspace: given.CUSTOM_ROLES_PER_WORKSPACE,
      graceDays: given.GRACE_DAYS,
      slugHoldDays: given.SLUG_HOLD_DAYS,
      membersPerWorkspace: given.MEMBERS_PER_WORKSPACE,
      invitationDays: given.INVITATION_DAYS,
      invitationsPerHour: given.INVITATIONS_PER_HOUR,
      invitationsPerRecipientDay: given.INVITATIONS_PER_RECIPIENT_DAY,
      lettersPerRecipientDay: given.LETTERS_PER_RECIPIENT_DAY,
    },
  }
}
