export type Wakeable = {
  /** Resolves after `ms` milliseconds or when woken, also where that was while nobody rested. */
  rest(ms: number): Promise<void>
  wake(): void
}

/** A pause that can be cut short. */
export function createWakeable(): Wakeable {
  let woken = false
  let end: (() => void) | undefined
  return {
    async rest(ms) {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      woken = false
      end = undefined
    },
    wake() {
      woken = true
      end?.()
    },
  }
}
