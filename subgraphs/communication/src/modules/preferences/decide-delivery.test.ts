import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Decision,
  decideDelivery,
  effectivePreference,
  type HeldPreferences,
  type MessageKind,
} from './decide-delivery.ts'

const now = new Date('2026-05-04T10:20:00Z')
const nothingSaid: HeldPreferences = {
  own: null,
  workspace: null,
  quietHours: null,
  timezone: 'UTC',
  digest: 'OFF',
}
const mail: MessageKind = { category: 'MEMBERS', channel: 'EMAIL', isSecurity: false }
const decide = (said: Partial<HeldPreferences>, kind: Partial<MessageKind> = {}, isDue = false) =>
  decideDelivery({ ...nothingSaid, ...said }, { ...mail, ...kind }, now, isDue)
const suppressed = (reason: string) => ({ do: 'suppress', reason })

describe('whether a message goes out', () => {
  test('where nobody has said anything it does, on every channel', () => {
    for (const channel of ['EMAIL', 'IN_APP', 'SLACK'] as const) {
      expect(decide({}, { channel })).toEqual({ do: 'send' })
    }
  })

  test('Slack tells what the workspace wants to be told there', () => {
    const workspace = { enabled: false, locked: false }
    expect(decide({ workspace }, { channel: 'SLACK' })).toEqual(
      suppressed('switched-off-by-workspace'),
    )
  })

  test('the person’s word prevails over the workspace’s', () => {
    expect(decide({ own: false, workspace: { enabled: true, locked: false } })).toEqual(
      suppressed('switched-off'),
    )
    expect(decide({ own: true, workspace: { enabled: false, locked: false } })).toEqual({
      do: 'send',
    })
  })

  test('unless the workspace has locked it', () => {
    expect(decide({ own: true, workspace: { enabled: false, locked: true } })).toEqual(
      suppressed('switched-off-by-workspace'),
    )
    expect(decide({ own: false, workspace: { enabled: true, locked: true } })).toEqual({
      do: 'send',
    })
  })

  test('a lock without a value holds everybody to the default', () => {
    expect(decide({ own: false, workspace: { enabled: null, locked: true } })).toEqual({
      do: 'send',
    })
  })
})

describe('when a message goes out', () => {
  const quietHours = { from: '10:00', until: '12:30' }

  test('in quiet hours mails and Slack wait until their end', () => {
    const until = new Date('2026-05-04T12:30:00Z')
    expect(decide({ quietHours })).toEqual({ do: 'wait', until })
    expect(decide({ quietHours, own: true }, { channel: 'SLACK' })).toEqual({ do: 'wait', until })
  })

  test('the inbox disturbs nobody and does not wait', () => {
    expect(decide({ quietHours, digest: 'DAILY' }, { channel: 'IN_APP' })).toEqual({ do: 'send' })
  })

  test('quiet hours are reckoned in the time zone of the reader', () => {
    expect(decide({ quietHours, timezone: 'Asia/Kolkata' })).toEqual({ do: 'send' })
  })

  test('an hourly digest is made at the next full hour of the reader’s clock', () => {
    expect(decide({ digest: 'HOURLY' })).toEqual({
      do: 'digest',
      at: new Date('2026-05-04T11:00:00Z'),
    })
    expect(decide({ digest: 'HOURLY', timezone: 'Asia/Kolkata' })).toEqual({
      do: 'digest',
      at: new Date('2026-05-04T10:30:00Z'),
    })
  })

  test('a daily digest is made at eight in the morning', () => {
    expect(decide({ digest: 'DAILY', timezone: 'America/New_York' })).toEqual({
      do: 'digest',
      at: new Date('2026-05-04T12:00:00Z'),
    })
  })

  test('a digest that would fall into quiet hours is made at their end', () => {
    expect(decide({ digest: 'HOURLY', quietHours })).toEqual({
      do: 'digest',
      at: new Date('2026-05-04T12:30:00Z'),
    })
  })

  test('what has waited for its digest is sent, unless it is quiet now', () => {
    expect(decide({ digest: 'DAILY' }, {}, true)).toEqual({ do: 'send' })
    expect(decide({ digest: 'DAILY', quietHours }, {}, true).do).toBe('wait')
  })
})

const anything = fc.record({
  own: fc.constantFrom(null, true, false),
  workspace: fc.option(
    fc.record({ enabled: fc.constantFrom(null, true, false), locked: fc.boolean() }),
  ),
  quietHours: fc.option(fc.constantFrom({ from: '22:00', until: '07:00' }, quietAllDay())),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
  digest: fc.constantFrom('OFF' as const, 'HOURLY' as const, 'DAILY' as const),
})
const moments = fc.date({
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2028-01-01T00:00:00Z'),
  noInvalidDate: true,
})
const kinds = fc.record({
  category: fc.constantFrom('ACCOUNT' as const, 'MEMBERS' as const, 'BILLING' as const),
  channel: fc.constantFrom('EMAIL' as const, 'SLACK' as const, 'IN_APP' as const),
  isSecurity: fc.constant(false),
})

function quietAllDay() {
  return { from: '00:00', until: '23:59' }
}

const momentOf = (decision: Decision): Date | null =>
  decision.do === 'wait' ? decision.until : decision.do === 'digest' ? decision.at : null

describe('whatever anybody has chosen', () => {
  test('security messages go out at once', () => {
    fc.assert(
      fc.property(anything, kinds, moments, (held, kind, at) => {
        expect(decideDelivery(held, { ...kind, isSecurity: true }, at)).toEqual({ do: 'send' })
      }),
    )
  })

  test('the category of security cannot be switched off for mails and the inbox', () => {
    fc.assert(
      fc.property(
        anything,
        fc.constantFrom('EMAIL' as const, 'IN_APP' as const),
        (held, channel) => {
          expect(effectivePreference(held, { category: 'SECURITY', channel })).toEqual({
            enabled: true,
            decidedBy: 'DEFAULT',
            locked: true,
          })
        },
      ),
    )
  })

  test('what is put off is put off to a later moment, and goes out then', () => {
    fc.assert(
      fc.property(anything, kinds, moments, (held, kind, at) => {
        const later = momentOf(decideDelivery(held, kind, at))
        fc.pre(later !== null)
        expect(later.getTime()).toBeGreaterThan(at.getTime())
        // A day of 25 hours, and a night of quiet after it.
        expect(later.getTime() - at.getTime()).toBeLessThanOrEqual(50 * 3_600_000)
        expect(decideDelivery(held, kind, later, true)).toEqual({ do: 'send' })
      }),
    )
  })

  test('a person’s choice holds where the workspace has no lock', () => {
    fc.assert(
      fc.property(anything, kinds, moments, (held, kind, at) => {
        fc.pre(held.own !== null && !held.workspace?.locked)
        const isSuppressed = decideDelivery(held, kind, at).do === 'suppress'
        expect(isSuppressed).toBe(!held.own)
      }),
    )
  })
})
