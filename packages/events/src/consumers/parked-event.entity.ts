import { defineEntity, p } from '@mikro-orm/postgresql'

/** `parked` → `requested` (an operator asks for it) → `redriven`, or `parked` again; or `dropped`. */
export const parkedStates = ['parked', 'requested', 'redriven', 'dropped'] as const
export type ParkedState = (typeof parkedStates)[number]

/**
 * Events that a consumer gave up on, whole, so that they can be handled after the log has dropped
 * them. Belongs to no tenant: operators see all of them, and no request reads it.
 */
export const ParkedEvent = defineEntity({
  name: 'ParkedEvent',
  tableName: 'parked_events',
  comment: 'Events that a consumer gave up on, for an operator to redrive or drop',
  properties: {
    consumer: p.text().primary(),
    eventId: p.text().primary(),
    position: p.bigint(),
    workspaceId: p.text().nullable(),
    event: p.json(),
    tries: p.integer(),
    lastError: p.text(),
    firstTriedAt: p.datetime(),
    lastTriedAt: p.datetime(),
    state: p.text().$type<ParkedState>(),
  },
  checks: [
    {
      name: 'parked_events_state_check',
      expression: `state in (${parkedStates.map((state) => `'${state}'`).join(', ')})`,
    },
  ],
})
