/** Roles of the schema `events` besides its owner, by what they are for. */
export const eventRoles = ['sequencer', 'reader', 'consumer'] as const
export type EventRole = (typeof eventRoles)[number]

/** Moves events from every outbox to the log; the only one that writes there. */
export const sequencerRole = 'events_sequencer'

/** Reads one tenant's events, by the session's tenant. */
export const readerRole = 'events_reader'

/** Reads the events of all tenants, for consumers and tails. */
export const consumerRole = 'events_consumer'
