import { describe, expect, test } from '@jest/globals'
import type { EpochBump } from '@logicspike/auth'
import { newId } from '@logicspike/ids'
import { type EventTail, type LoggedEvent, tailEpochFeed } from '../src/index.ts'

const bumpedAt = '2030-01-01T12:00:00.000Z'
const aBump = (epoch: number): EpochBump => ({
  subject: `session:${newId('session')}`,
  epoch,
  bumpedAt,
})

const anEvent = (facts: Partial<LoggedEvent>): LoggedEvent => ({
  position: 1,
  tenantId: null,
  seq: 1,
  id: newId('event'),
  type: 'epoch.bumped',
  version: 1,
  class: 'internal',
  source: 'identity',
  subject: 'session',
  actor: null,
  data: null,
  correlationId: null,
  causationId: null,
  traceparent: null,
  occurredAt: new Date(bumpedAt),
  recordedAt: new Date(bumpedAt),
  ...facts,
})

/** What a feed hears of batches that a tail hands on. */
function heardOf(...batches: LoggedEvent[][]): { heard: EpochBump[][]; thrown: unknown[] } {
  let hand: ((events: readonly LoggedEvent[]) => void) | undefined
  const tail: EventTail = {
    start: async () => {},
    stop: async () => {},
    onEvents(listener) {
      hand = listener
      return () => {
        hand = undefined
      }
    },
    onConnection: () => () => {},
    position: 0,
    connected: true,
  }
  const heard: EpochBump[][] = []
  const thrown: unknown[] = []
  const leave = tailEpochFeed(tail).onBumps((bumps) => heard.push([...bumps]))
  for (const batch of batches) {
    try {
      hand?.(batch)
    } catch (error) {
      thrown.push(error)
    }
  }
  leave()
  if (hand) throw new Error('still listening')
  return { heard, thrown }
}

describe('the feed of revocations from the event log', () => {
  test('hands on the bumps of a batch, in order, and nothing else', () => {
    const [first, second] = [aBump(1), aBump(2)]
    const { heard } = heardOf(
      [
        anEvent({ data: first }),
        anEvent({ type: 'user.deleted', class: 'domain' }),
        anEvent({ data: second }),
      ],
      [anEvent({ type: 'workspace.created', class: 'domain' })],
    )
    expect(heard).toEqual([[first, second]])
  })

  test('believes internal events only', () => {
    expect(heardOf([anEvent({ class: 'domain', data: aBump(1) })]).heard).toEqual([])
  })

  test('passes over a bump whose payload is no longer kept', () => {
    expect(heardOf([anEvent({ data: null })])).toEqual({ heard: [], thrown: [] })
  })

  test('one that cannot be read keeps back no other, and is an error for the log', () => {
    const good = aBump(1)
    const { heard, thrown } = heardOf([
      anEvent({ data: { subject: 'nobody' } }),
      anEvent({ data: good }),
    ])
    expect(heard).toEqual([[good]])
    expect(thrown).toHaveLength(1)
  })
})
