/** Who waits until everything that is committed now has been moved. */
export type CaughtUp = {
  /** Resolves after a pass that began later than this call and found nothing left. */
  wait(): Promise<void>
  /** A pass begins; what it returns is called when it has found nothing left. */
  begin(): () => void
  /** Nobody will move anything any more. */
  giveUp(): void
}

export function createCaughtUp(): CaughtUp {
  const waiting: PromiseWithResolvers<void>[] = []
  return {
    wait() {
      const it = Promise.withResolvers<void>()
      waiting.push(it)
      return it.promise
    },
    begin() {
      const before = waiting.length
      return () => {
        for (const it of waiting.splice(0, before)) it.resolve()
      }
    },
    giveUp() {
      for (const it of waiting.splice(0)) it.reject(new Error('The sequencer was stopped.'))
    },
  }
}
