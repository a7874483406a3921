import { afterEach, describe, expect, test } from '@jest/globals'
import { type Person, TEST_PUBLIC_URL, type TestWorkspace, usePlatform } from '@logicspike/testing'
import { type Client, createClient } from 'graphql-ws'
import { generate } from 'otplib'
import { WebSocket } from 'ws'

const platform = usePlatform()
const clients: Client[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()))
})

const INBOX = `{ inbox { unreadCount notifications(first: 20) { edges { node {
  type category title workspace { id } } } } } }`
const PREFERENCES =
  '{ notificationPreferences { switches { category channel enabled decidedBy } } }'
const PREFER = `mutation ($input: UpdateNotificationPreferencesInput!) {
  updateNotificationPreferences(input: $input) { userErrors { __typename } } }`
const CHANGE_ROLE = `mutation ($input: ChangeMemberRoleInput!) {
  changeMemberRole(input: $input) { userErrors { __typename } } }`
const STREAM = `subscription { notificationReceived { unreadCount notification { type title } } }`
const TRIAL = '{ workspace { planSubscription { status plan { key } trialEndsAt } } }'

type Told = { notificationReceived: { unreadCount: number; notification: object | null } }
type Letter = { readonly headers?: Readonly<Record<string, string>>; readonly text: string }

const newsOf = ({ email }: Person, subject = /./) =>
  platform()
    .newsTo(email)
    .filter((mail) => subject.test(mail.subject))

async function inboxOf(person: Person, workspaceId?: string) {
  const { data } = await person.ask(INBOX, {}, workspaceId)
  const edges: { node: { type: string; title: string } }[] = data.inbox.notifications.edges
  return edges.map(({ node }) => node)
}

/** The link of the mail program's own button: RFC 8058 §3.1 wants it in one header, over HTTPS where it is public. */
const linkOf = (mail: Letter | undefined): URL =>
  new URL(/^<([^<>]+)>$/.exec(mail?.headers?.['List-Unsubscribe'] ?? '')?.[1] ?? '')

/** What a mail program does on that button: no cookie, no token, nothing of the person's (§3.2). */
function pressUnsubscribe(link: URL): Promise<Response> {
  expect(link.origin).toBe(TEST_PUBLIC_URL)
  return fetch(platform().url + link.pathname + link.search, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  })
}

async function switchOf(person: Person, category: string, workspaceId?: string) {
  const { data } = await person.ask(PREFERENCES, {}, workspaceId)
  return data.notificationPreferences.switches.find(
    (it: { category: string; channel: string }) =>
      it.category === category && it.channel === 'EMAIL',
  )
}

async function changeRole(workspace: TestWorkspace, memberId: string, role: 'Admin' | 'Member') {
  const { must, settleEvents } = platform()
  const token = await workspace.owner.tokenFor(workspace.id)
  await must(CHANGE_ROLE, { input: { memberId, roleId: workspace.roles[role] } }, token)
  await settleEvents()
}

describe('somebody new', () => {
  test.each([
    ['en', 'Welcome to LogicSpike'],
    ['de-AT', 'Willkommen bei LogicSpike'],
    ['hi', 'LogicSpike में आपका स्वागत है'],
  ])('who signs up in %s is welcomed once, in that language', async (locale, subject) => {
    const { aPerson, settleEvents } = platform()
    const person = await aPerson({ locale, displayName: 'Asha' })
    await settleEvents()
    await settleEvents()
    expect(newsOf(person).map((mail) => mail.subject)).toEqual([subject])
    expect((await inboxOf(person)).at(-1)).toMatchObject({ type: 'user.created', title: subject })
    const [mail] = newsOf(person)
    expect(mail?.headers?.['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    expect(mail?.text).toContain(linkOf(mail).href)
  })

  test('can switch such mails off by one click, without being signed in', async () => {
    const { aPerson, settleEvents } = platform()
    const [person, other] = [await aPerson(), await aPerson()]
    await settleEvents()
    const link = linkOf(newsOf(person)[0])
    const looked = await fetch(platform().url + link.pathname + link.search)
    expect([looked.status, (await switchOf(person, 'ACCOUNT')).enabled]).toEqual([200, true])
    expect((await pressUnsubscribe(link)).status).toBe(200)
    const off = { enabled: false, decidedBy: 'USER' }
    expect(await switchOf(person, 'ACCOUNT')).toMatchObject(off)
    expect(await switchOf(other, 'ACCOUNT')).toMatchObject({ enabled: true })
  })
})

describe('who has unsubscribed', () => {
  test('is sent no mail of that kind any more, and finds it in the inbox', async () => {
    const workspace = await platform().aWorkspace().withMember()
    const { id, member } = workspace
    const told = () => newsOf(member, /role/i)
    await changeRole(workspace, member.memberId, 'Admin')
    expect(told()).toHaveLength(1)
    const answers = [linkOf(told()[0]), linkOf(told()[0])].map(pressUnsubscribe)
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
    await changeRole(workspace, member.memberId, 'Member')
    expect(told()).toHaveLength(1)
    const shown = (await inboxOf(member, id)).filter(({ type }) => type === 'member.role_changed')
    expect(shown).toHaveLength(2)
    expect(await switchOf(member, 'MEMBERS', id)).toMatchObject({ enabled: false })
    expect(await switchOf(member, 'BILLING', id)).toMatchObject({ enabled: true })
  })

  test('hears of security all the same, and has no way not to', async () => {
    const { must, settleEvents } = platform()
    const workspace = await platform().aWorkspace().withMember()
    const { id, owner, member } = workspace
    const switches = ['ACCOUNT', 'MEMBERS', 'WORKSPACE', 'BILLING', 'DEVELOPER'].map(
      (category) => ({ category, channel: 'EMAIL', enabled: false }),
    )
    await must(PREFER, { input: { switches, digest: 'DAILY' } }, await member.tokenFor(id))
    const security = { category: 'SECURITY', channel: 'EMAIL', enabled: false }
    const refused = await member.ask(PREFER, { input: { switches: [security] } }, id)
    expect(refused.data.updateNotificationPreferences.userErrors).toEqual([
      { __typename: 'NotificationLockedError' },
    ])
    await demandSecondFactor(owner, id)
    await settleEvents()
    const [mail, ...more] = newsOf(member, /security|sign-in|second/i)
    expect(more).toEqual([])
    expect(Object.keys(mail?.headers ?? {}).filter((name) => /unsubscribe/i.test(name))).toEqual([])
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/unsubscribe/i)
  })
})

describe('an inbox that is being looked at', () => {
  test('is told by the gateway of what comes, as it comes', async () => {
    const workspace = await platform().aWorkspace()
    const { id, owner } = workspace
    await platform().settleEvents()
    await owner.ask('mutation { markAllNotificationsRead { userErrors { message } } }', {}, id)
    const client = createClient({
      url: `${platform().url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${await owner.tokenFor(id)}` },
      retryAttempts: 0,
    })
    clients.push(client)
    const messages = client.iterate<Told>({ query: STREAM })
    const next = async () => (await messages.next()).value?.data?.notificationReceived
    expect(await next()).toEqual({ unreadCount: 0, notification: null })
    await workspace.join('Member', await platform().aPerson({ displayName: 'Ben' }))
    await platform().settleEvents()
    expect(await next()).toMatchObject({
      unreadCount: 1,
      notification: { type: 'member.joined', title: expect.stringContaining('Ben') },
    })
  })
})

describe('a new workspace', () => {
  test('has its trial from billing, and its owner is told; neither waits for the other', async () => {
    const { platform: parts, aPerson, aWorkspace, must, settleEvents } = platform()
    await Promise.all(parts.communication.consumers.map((consumer) => consumer.stop()))
    const owner = await aPerson({ locale: 'de' })
    const trialOf = async (id: string) =>
      (await must(TRIAL, {}, await owner.tokenFor(id))).workspace.planSubscription
    const first = await aWorkspace().withOwner(owner)
    await parts.sequencer.caughtUp()
    await parts.billing.settleConsumers()
    expect(await trialOf(first.id)).toMatchObject({ status: 'TRIALING' })
    expect(newsOf(owner)).toEqual([])

    for (const consumer of parts.communication.consumers) consumer.start()
    await Promise.all(parts.billing.consumers.map((consumer) => consumer.stop()))
    const second = await aWorkspace().withOwner(owner)
    await parts.sequencer.caughtUp()
    await parts.communication.settleConsumers()
    expect((await inboxOf(owner, second.id)).map(({ type }) => type)).toContain('workspace.created')
    expect(await trialOf(second.id)).toBeNull()

    for (const consumer of parts.billing.consumers) consumer.start()
    await settleEvents()
    expect(await trialOf(second.id)).toMatchObject({ status: 'TRIALING' })
    expect(newsOf(owner, /Willkommen/)).toHaveLength(1)
    expect(newsOf(owner, /Testphase hat begonnen/)).toHaveLength(2)
  })
})

const TOTP = 'mutation { beginTotpEnrollment { enrollment { secret } } }'
const CONFIRM = `mutation ($input: ConfirmTotpEnrollmentInput!) {
  confirmTotpEnrollment(input: $input) { recoveryCodes userErrors { __typename } } }`
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { secondFactor { token } userErrors { __typename } } }`
const COMPLETE = `mutation ($input: CompleteSignInInput!) {
  completeSignIn(input: $input) { tokens { accessToken } userErrors { __typename } } }`
const SWITCH = `mutation ($input: SwitchWorkspaceInput!) {
  switchWorkspace(input: $input) { tokens { accessToken } userErrors { __typename } } }`
const DEMAND = `mutation ($input: SetWorkspaceSecurityPolicyInput!) {
  setWorkspaceSecurityPolicy(input: $input) { userErrors { __typename } } }`

/** An Owner sets up an authenticator app, signs in with it, and asks everybody for the same. */
async function demandSecondFactor(
  { email, password, token }: Person,
  workspaceId: string,
): Promise<void> {
  const { must, clock } = platform()
  const { secret } = (await must(TOTP, {}, token)).beginTotpEnrollment.enrollment
  const code = await generate({ secret, epoch: Math.floor(clock.now().getTime() / 1000) })
  const { recoveryCodes } = (await must(CONFIRM, { input: { code } }, token)).confirmTotpEnrollment
  const { signIn } = await must(SIGN_IN, { input: { email, password, delivery: 'PAYLOAD' } })
  const second = { challengeToken: signIn.secondFactor.token, recoveryCode: recoveryCodes[0] }
  const { completeSignIn } = await must(COMPLETE, { input: second })
  const { accessToken } = completeSignIn.tokens
  const { switchWorkspace } = await must(SWITCH, { input: { workspaceId } }, accessToken)
  const inside = switchWorkspace.tokens.accessToken
  await must(DEMAND, { input: { requiresMfa: true } }, inside)
}
