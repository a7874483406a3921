/**
 * Where the log says that something is new. Without a payload: it is a hint to read, and the log is
 * the truth. Only the sequencer sends it, for a commit with a notification waits for all others.
 */
export const wakeUpChannel = 'logicspike_events'
