import { billingPlans } from './billing-plans.ts'
import { communicationNotifications } from './communication-notifications.ts'
import { communicationSlack } from './communication-slack.ts'
import { developerEvents } from './developer-events.ts'
import { entities } from './entities.ts'
import { identityCredentials } from './identity-credentials.ts'
import { identitySecondFactors } from './identity-second-factors.ts'
import { identitySessions } from './identity-sessions.ts'
import { identitySignIn } from './identity-sign-in.ts'
import { identityUsers } from './identity-users.ts'
import type { Row } from './row.ts'
import { tenancyInvitations } from './tenancy-invitations.ts'
import { tenancyMembers } from './tenancy-members.ts'
import { tenancyRoles } from './tenancy-roles.ts'
import { tenancySettings } from './tenancy-settings.ts'
import { tenancyWorkspaces } from './tenancy-workspaces.ts'

/** Every entry point of the platform, and what strangers meet there. */
export const matrix: ReadonlyMap<string, Row> = new Map(
  [
    billingPlans,
    communicationNotifications,
    communicationSlack,
    developerEvents,
    tenancyWorkspaces,
    tenancyMembers,
    tenancyRoles,
    tenancyInvitations,
    tenancySettings,
    identityCredentials,
    identitySessions,
    identitySignIn,
    identitySecondFactors,
    identityUsers,
    entities,
  ].flatMap((rows) => Object.entries(rows)),
)
