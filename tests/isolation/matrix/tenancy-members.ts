import { byOwner, byOwnerOfAnother, inAnother } from './own-calls.ts'
import { concernsCaller, forbidden, input, notFound, nothing, type Rows, userError } from './row.ts'

/** Where communication writes that somebody is told of something. */
const toldOwners = [
  ...['communication.notifications', 'communication.notification_deliveries'],
  ...['communication.dispatch_queue', 'communication.mail_tallies', 'communication.outbox'],
]

/** Members of a workspace. */
export const tenancyMembers: Rows = {
  'Query.member': {
    variables: ({ memberId }) => ({ id: memberId }),
    stranger: nothing,
    own: byOwner(({ memberId }) => ({ id: memberId })),
  },
  'Query.members': { stranger: concernsCaller, own: byOwner() },
  'Mutation.changeMemberRole': {
    variables: input(({ memberId, memberRoleId }) => ({ memberId, roleId: memberRoleId })),
    stranger: notFound,
    own: byOwnerOfAnother(({ memberId, roleId }) => ({ input: { memberId, roleId } })),
  },
  'Mutation.removeMember': {
    variables: input(({ memberId }) => ({ memberId })),
    stranger: notFound,
    own: byOwnerOfAnother(({ memberId }) => ({ input: { memberId } })),
  },
  'Mutation.transferOwnership': {
    variables: input(({ memberId }) => ({ memberId })),
    stranger: notFound,
    endsOwnToken: true,
    own: byOwnerOfAnother(({ memberId }) => ({ input: { memberId } })),
  },
  'Mutation.leaveWorkspace': {
    // The stranger is the only Owner of another workspace, which is the one they would leave.
    stranger: userError('LastOwnerError'),
    neutral: forbidden,
    fellow: concernsCaller,
    spendsCaller: true,
    // Whoever runs the workspace is told that a fellow has left.
    leavesRecordsIn: ['tenancy.outbox', ...toldOwners],
    mayReplaceIn: ['communication.mail_tallies'],
    own: inAnother(async ({ member, workspace }) => ({
      token: await member.tokenFor(workspace.id),
    })),
  },
}
