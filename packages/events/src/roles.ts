/** Roles of the schema `events` besides its owner, by what they are for. */
export const eventRoles = ['sequencer', 'reader', 'consumer'] as const

/** Moves events from every outbox to the log; the only one that writes there. */
export const sequencerRole = 'events_sequencer'
