import { describe, expect, test } from '@jest/globals'
import { type IdOf, newId } from '@logicspike/ids'
import { replaceSlackConnection } from '../src/modules/slack/replace-slack-connection.ts'
import { useSlack } from './support/a-slack.ts'
import { useCommunication } from './support/communication-test-app.ts'
import type { FakePerson } from './support/fake-people.ts'

/* With the senders that the app itself has, and two processes that hear and send at the same time. */

const slack = useSlack()
const comm = useCommunication({
  slackOf: () => ({ http: slack.outbound(), places: slack.places }),
})

const INBOX = `{ inbox { unreadCount notifications(first: 10) { edges { node { type title } } } } }`
const mailsTo = ({ email }: FakePerson) => comm.mailbox.sent.filter(({ to }) => to === email)

/** A workspace with a Slack channel, and two people who are told who joins. */
async function aConnectedWorkspace() {
  const readers = [comm.people.aPerson(), comm.people.aPerson({ locale: 'de' })] as const
  const workspaceId = comm.people.aWorkspace(
    ...readers.map((person) => [person, 'tenancy:members.invite'] as const),
  )
  await comm.within({ workspaceId, userId: null }, (tx) =>
    replaceSlackConnection(tx, { kind: 'WEBHOOK', secret: slack.webhookUrl, channelId: null }),
  )
  return { workspaceId, readers }
}

function joining(workspaceId: IdOf<'workspace'>) {
  const { id: userId } = comm.people.aPerson({ displayName: 'Bea' })
  return { workspaceId, userId, memberId: newId('member'), roleId: newId('role') }
}

/** As after a disaster: everything in the log is heard once more. */
const hearEverythingAgain = () =>
  comm.database.asAdmin('update communication.consumer_offsets set position = 0')

describe('one event', () => {
  test('is a message in Slack, a mail and an entry in the inbox for each reader, once', async () => {
    const { workspaceId, readers } = await aConnectedWorkspace()
    await comm.publish('member.joined', joining(workspaceId))
    await comm.settle()
    await hearEverythingAgain()
    await comm.settle()
    expect(slack.received.map(({ body }) => body.text)).toEqual(['Bea joined Acme'])
    expect(readers.map((reader) => mailsTo(reader).map(({ subject }) => subject))).toEqual([
      ['Bea joined Acme'],
      ['Bea ist Acme beigetreten'],
    ])
    for (const { id } of readers) {
      const { data } = await comm.ask(comm.tokenOf(id, workspaceId), INBOX)
      expect(data.inbox.unreadCount).toBe(1)
      expect(data.inbox.notifications.edges).toMatchObject([{ node: { type: 'member.joined' } }])
    }
    const sent = await comm.rows('notification_deliveries', 'tenant_id = $1', workspaceId)
    expect(sent.map((row) => (row as { status: string }).status)).toEqual(Array(5).fill('sent'))
  })

  test('that Slack was too busy for is said there later, and in the mails once all the same', async () => {
    const { workspaceId, readers } = await aConnectedWorkspace()
    slack.answer({ status: 429, headers: { 'retry-after': '30' } })
    await comm.publish('member.joined', joining(workspaceId))
    await comm.settle()
    expect(slack.received).toHaveLength(1)
    slack.answer(null)
    comm.clock.advance(3600)
    await comm.settle()
    expect(slack.received).toHaveLength(2)
    expect(readers.flatMap(mailsTo)).toHaveLength(2)
  })
})

test('several events come as many times, however many processes hear of them and send', async () => {
  const { workspaceId, readers } = await aConnectedWorkspace()
  await Promise.all([1, 2, 3].map(() => comm.publish('member.joined', joining(workspaceId))))
  await Promise.all([comm.settle(), comm.settle()])
  expect(slack.received).toHaveLength(3)
  for (const reader of readers) {
    const ids = mailsTo(reader).map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([3, 3])
  }
})
