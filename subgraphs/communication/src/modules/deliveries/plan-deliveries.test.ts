import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import type { Channel, ChannelSender, Reach } from './channel.ts'
import { planDeliveries, surveyChannels } from './plan-deliveries.ts'

const [one, two] = [newId('user'), newId('user')]
const plan = (channels: readonly Channel[], reaches: readonly [Channel, Reach][]) =>
  planDeliveries([one, two, one], channels, new Map(reaches))

describe('a notification is planned', () => {
  test('for each person once, on each channel that reaches people', () => {
    expect(
      plan(
        ['IN_APP', 'EMAIL'],
        [
          ['EMAIL', 'PEOPLE'],
          ['IN_APP', 'PEOPLE'],
        ],
      ),
    ).toEqual([
      { userId: one, channel: 'IN_APP' },
      { userId: two, channel: 'IN_APP' },
      { userId: one, channel: 'EMAIL' },
      { userId: two, channel: 'EMAIL' },
    ])
  })

  test('once where a channel reaches the workspace as a whole', () => {
    expect(plan(['SLACK'], [['SLACK', 'WORKSPACE']])).toEqual([{ userId: null, channel: 'SLACK' }])
  })

  test('not at all where a channel reaches nobody, has no sender, or is not the type’s', () => {
    expect(plan(['SLACK', 'EMAIL'], [['SLACK', 'NOBODY']])).toEqual([])
    expect(plan([], [['EMAIL', 'PEOPLE']])).toEqual([])
  })
})

test('each sender says whom it reaches', async () => {
  const sender = (channel: Channel, reach: Reach): ChannelSender => ({
    channel,
    reach: async () => reach,
    send: async () => ({ outcome: 'sent' }),
  })
  const reaches = await surveyChannels({} as CommunicationContext, [
    sender('EMAIL', 'PEOPLE'),
    sender('SLACK', 'NOBODY'),
  ])
  expect([...reaches]).toEqual([
    ['EMAIL', 'PEOPLE'],
    ['SLACK', 'NOBODY'],
  ])
})
