import { createSoftwareAuthenticator } from '@logicspike/identity/testing'
import { type IdOf, newId } from '@logicspike/ids'
import { randomToken } from '@logicspike/secrets'
import {
  type Member,
  type Person,
  TEST_PUBLIC_URL,
  type TestPlatform,
  type TestWorkspace,
} from '@logicspike/testing'
import { type AccountObjects, anAddress, furnishAccount } from './account.ts'

/** What is in a workspace. */
export type WorkspaceObjects = {
  readonly workspaceId: string
  /** A plain member. */
  readonly memberId: string
  /** A custom role that nobody holds. */
  readonly roleId: string
  /** The template role Member. */
  readonly memberRoleId: string
  readonly invitationId: string
  /** From the mail of the invitation; its addressee has an account. */
  readonly invitationToken: string
  /** Its trial. */
  readonly planSubscriptionId: string
  /** In its Owner's inbox. */
  readonly notificationId: string
  readonly slackConnectionId: string
  /** Of the line of its events. */
  readonly eventCursor: string
}

/** Everything that a call can name. */
export type Objects = WorkspaceObjects & AccountObjects

/** A workspace with one of everything in it. */
export type FurnishedWorkspace = {
  readonly workspace: TestWorkspace
  readonly name: string
  readonly objects: WorkspaceObjects
  readonly member: Member
  readonly invitee: Person
  /** A fresh token of its Owner. */
  ownerToken(): Promise<string>
}

/** The workspace that others try to reach, and an account in it. */
export type Victim = FurnishedWorkspace & {
  readonly objects: Objects
  /** The plain member, whose account has one of everything. */
  readonly account: Person
  /** What every member of the workspace may know. */
  readonly knownToMembers: readonly string[]
  /** Ids, names and addresses that nobody outside may see, and not every member either. */
  readonly secrets: readonly string[]
}

const DETAILS = '{ workspace { name } roles { id } members(first: 100) { edges { node { id } } } }'
const CREATE_ROLE = `mutation ($input: CreateRoleInput!) {
  createRole(input: $input) { role { id } userErrors { __typename ... on UserError { message } } }
}`
const EVENTS = '{ events(first: 1) { pageInfo { endCursor } } }'
const INVITE = `mutation ($input: InviteMemberInput!) {
  inviteMember(input: $input) { invitation { id } userErrors { __typename } }
}`
const BRAND = `mutation ($input: UpdateWorkspaceSettingsInput!) {
  updateWorkspaceSettings(input: $input) { userErrors { __typename } }
}`

const CONNECT_SLACK = `mutation ($input: ConnectSlackBotInput!) {
  connectSlackBot(input: $input) { slackIntegration { id } userErrors { __typename } }
}`

/** A custom role; its name is nobody else's. */
export async function createRole(
  { must }: Pick<TestPlatform, 'must'>,
  token: string,
  permissions: readonly string[],
): Promise<{ id: IdOf<'role'>; name: string }> {
  const name = `Role ${randomToken(6)}`
  const { createRole: created } = await must(CREATE_ROLE, { input: { name, permissions } }, token)
  return { id: created.role.id, name }
}

export async function furnishWorkspace(
  platform: TestPlatform,
  member?: Person,
): Promise<FurnishedWorkspace & { readonly roleName: string }> {
  const { must, tokenMailedTo, aWorkspace, aPerson } = platform
  const workspace = await aWorkspace()
  const joined = await workspace.join('Member', member)
  const ownerToken = () => workspace.owner.tokenFor(workspace.id)
  const token = await ownerToken()
  const role = await createRole(platform, token, ['tenancy:workspace.read'])
  const invitee = await aPerson()
  const invitation = { email: invitee.email, roleId: workspace.roles.Member }
  const { inviteMember } = await must(INVITE, { input: invitation }, token)
  const bot = { token: `xoxb-${randomToken(24).replaceAll('_', '-')}`, channelId: 'C024BE91L' }
  const { connectSlackBot } = await must(CONNECT_SLACK, { input: bot }, token)
  const { workspace: named } = await must(DETAILS, {}, token)
  const { events } = await must(EVENTS, {}, token)
  return {
    workspace,
    name: named.name,
    member: joined,
    invitee,
    ownerToken,
    roleName: role.name,
    objects: {
      workspaceId: workspace.id,
      memberId: joined.memberId,
      roleId: role.id,
      memberRoleId: String(workspace.roles.Member),
      invitationId: inviteMember.invitation.id,
      invitationToken: await tokenMailedTo(invitee.email),
      planSubscriptionId: await aTrialOf(platform, workspace.id),
      notificationId: await aNotificationOf(platform, workspace),
      slackConnectionId: connectSlackBot.slackIntegration.id,
      eventCursor: events.pageInfo.endCursor,
    },
  }
}

/** The workspace's plan subscription, put there where the event that begins it has not come yet. */
async function aTrialOf({ database, must }: TestPlatform, workspaceId: string): Promise<string> {
  const { plans } = await must('{ plans { id } }')
  await database.asAdmin(
    `insert into billing.plan_subscriptions
       (id, tenant_id, plan_id, status, started_at, trial_ends_at, updated_at)
     values ($1, $2, $3, 'trialing', now(), now() + interval '14 days', now())
     on conflict (tenant_id) do nothing`,
    [newId('planSubscription'), workspaceId, plans[0].id],
  )
  const [row] = await database.asAdmin<{ id: string }>(
    'select id from billing.plan_subscriptions where tenant_id = $1',
    [workspaceId],
  )
  return row?.id ?? ''
}

/** What its Owner is told, put there where the event that it comes of has not come yet. */
async function aNotificationOf(
  { database }: TestPlatform,
  { id, owner }: TestWorkspace,
): Promise<string> {
  const notificationId = newId('notification')
  await database.asAdmin(
    `insert into communication.notifications
       (id, tenant_id, user_id, workspace_id, event_id, type, facts, people, in_inbox, occurred_at, created_at)
     values ($1, $2, $3, $2, $4, 'workspace.resumed', '{}', '{}', true, now(), now())`,
    [notificationId, id, owner.id, newId('event')],
  )
  return notificationId
}

export async function createVictim(platform: TestPlatform): Promise<Victim> {
  const { person, objects } = await furnishAccount(platform, await platform.aPerson())
  const furnished = await furnishWorkspace(platform, person)
  const { workspace, name, invitee, member } = furnished
  const brandName = `Brand ${randomToken(6)}`
  const token = await furnished.ownerToken()
  await platform.must(BRAND, { input: { patch: { brandName } } }, token)
  const all = { ...furnished.objects, ...objects }
  return {
    ...furnished,
    account: person,
    objects: all,
    knownToMembers: [workspace.id, workspace.slug, name, brandName],
    secrets: [
      ...[workspace.owner, member, invitee].flatMap((it) => [it.id, it.email, it.displayName]),
      ...[workspace.owner.memberId, member.memberId, ...Object.values(workspace.roles)],
      ...[all.roleId, furnished.roleName, all.invitationId, all.sessionId],
      ...[all.passkeyId, all.linkedIdentityId, all.planSubscriptionId],
      ...[all.notificationId, all.slackConnectionId],
    ],
  }
}

/** A browser's answer to a question that nobody has asked. */
const anAnswer = (): object =>
  createSoftwareAuthenticator({ origin: TEST_PUBLIC_URL }).create({
    challenge: randomToken(),
    rp: { id: new URL(TEST_PUBLIC_URL).hostname },
    user: { id: randomToken() },
  })

/** Objects of the same form that never existed. */
export function nowhere(): Objects {
  const workspaceId = newId('workspace')
  return {
    workspaceId,
    memberId: newId('member'),
    roleId: newId('role'),
    memberRoleId: newId('role'),
    invitationId: newId('invitation'),
    invitationToken: `${workspaceId}.${randomToken()}`,
    planSubscriptionId: newId('planSubscription'),
    notificationId: newId('notification'),
    slackConnectionId: newId('slackConnection'),
    eventCursor: randomToken(),
    userId: newId('user'),
    email: anAddress('nobody'),
    displayName: 'Nobody',
    password: `a long phrase ${randomToken(12)}`,
    sessionId: newId('session'),
    refreshToken: randomToken(),
    passkeyId: newId('passkey'),
    linkedIdentityId: newId('linkedIdentity'),
    emailChangeToken: randomToken(),
    registrationToken: randomToken(),
    registrationAnswer: anAnswer(),
    stepUpToken: randomToken(),
    recoveryCode: '0000-0000-0000-0000',
    signInToken: randomToken(),
    totpCode: '000000',
  }
}
