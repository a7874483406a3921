import type { EpochFeed } from '@logicspike/auth'
import { catalogue } from './catalogue.ts'
import type { EventTail } from './event-bus.ts'
import type { LoggedEvent } from './logged-event.ts'

const { data: bumpData } = catalogue['epoch.bumped']

/** Revocations as they reach the event log, for the epoch registry of a verifier. */
export function tailEpochFeed(tail: EventTail): EpochFeed {
  return {
    get connected() {
      return tail.connected
    },
    onConnection: (listener) => tail.onConnection(listener),
    onBumps: (listener) =>
      tail.onEvents((events) => {
        const parsed = events.filter(isBump).map(({ data }) => bumpData.safeParse(data))
        const bumps = parsed.flatMap((result) => (result.success ? [result.data] : []))
        if (bumps.length > 0) listener(bumps)
        // After the good ones have been handed on; polls make up for what could not be read.
        for (const result of parsed) if (!result.success) throw result.error
      }),
  }
}

/** An event without its payload is past retention, and far older than any token. */
const isBump = ({ type, class: kind, data }: LoggedEvent): boolean =>
  type === 'epoch.bumped' && kind === 'internal' && data !== null
