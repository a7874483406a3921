import { type ServiceDatabase, tenantReference } from '@logicspike/database'
import { OutboxEvent, outboxGrants } from '@logicspike/events'
import { QueuedMail } from '@logicspike/mail'
import { CreateWorkspaces20261123060821 } from './migrations/20261123060821.create-workspaces.ts'
import { CreateInvitationsAndSettings20261123060927 } from './migrations/20261123060927.create-invitations-and-settings.ts'
import { OrderTheOutbox20261126161717 } from './migrations/20261126161717.order-the-outbox.ts'
import { MembershipEpoch } from './src/modules/epochs/membership-epoch.entity.ts'
import { RecentEpochBump } from './src/modules/epochs/recent-epoch-bump.entity.ts'
import { Invitation } from './src/modules/invitations/invitation.entity.ts'
import { LetterTally } from './src/modules/invitations/letter-tally.entity.ts'
import { Member } from './src/modules/members/member.entity.ts'
import { RegisteredPermission } from './src/modules/permissions/registered-permission.entity.ts'
import { Role } from './src/modules/roles/role.entity.ts'
import { MemberPreference } from './src/modules/settings/member-preference.entity.ts'
import { WorkspaceSetting } from './src/modules/settings/workspace-setting.entity.ts'
import { WorkspaceService } from './src/modules/workspace-services/workspace-service.entity.ts'
import { ScheduledPurge } from './src/modules/workspaces/scheduled-purge.entity.ts'
import { Slug } from './src/modules/workspaces/slug.entity.ts'
import { Workspace } from './src/modules/workspaces/workspace.entity.ts'

/** What tenancy keeps; read by the service, the migration tools and the tests. */
const tenancyDatabase: ServiceDatabase = {
  service: 'tenancy',
  entities: [
    Workspace,
    Role,
    Member,
    MembershipEpoch,
    WorkspaceService,
    Invitation,
    LetterTally,
    WorkspaceSetting,
    MemberPreference,
    Slug,
    ScheduledPurge,
    RecentEpochBump,
    RegisteredPermission,
    OutboxEvent,
    QueuedMail,
  ],
  migrations: [
    CreateWorkspaces20261123060821,
    CreateInvitationsAndSettings20261123060927,
    OrderTheOutbox20261126161717,
  ],
  grants: outboxGrants,
  references: [
    tenantReference({ from: Member, property: 'roleId', to: Role }),
    tenantReference({
      from: MemberPreference,
      property: 'memberId',
      to: Member,
      onDelete: 'cascade',
    }),
  ],
}

export default tenancyDatabase
