import type { EpochBump, EpochFeed } from '../../src/index.ts'

/** A feed that a test pushes into. */
export type HandFed = EpochFeed & {
  push(...bumps: EpochBump[]): void
  connect(connected: boolean): void
  /** Who listens at this moment. */
  readonly listeners: number
}

/** @param connected whether it is connected to begin with */
export function handFed(connected: boolean): HandFed {
  const onBumps = new Set<(bumps: readonly EpochBump[]) => void>()
  const onConnection = new Set<(connected: boolean) => void>()
  const listen = <Listener>(listeners: Set<Listener>, listener: Listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const state = { connected }
  return {
    get connected() {
      return state.connected
    },
    onBumps: (listener) => listen(onBumps, listener),
    onConnection: (listener) => listen(onConnection, listener),
    push(...bumps) {
      for (const listener of onBumps) listener(bumps)
    },
    connect(now) {
      state.connected = now
      for (const listener of onConnection) listener(now)
    },
    get listeners() {
      return onBumps.size + onConnection.size
    },
  }
}
