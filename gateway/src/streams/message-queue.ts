/** Messages on their way to one client, in the order in which they were put in. */
export type MessageQueue<Message> = {
  /** Puts in a message that may still be in the making. */
  put(message: Promise<Message>): void
  /**
   * Waits until there is room for another.
   * @returns false where nothing was taken for `stalledMs`
   */
  room(stalledMs: number): Promise<boolean>
  readonly isFull: boolean
  /** The next message; null after the last. @throws what it was finished with */
  take(): Promise<Message | null>
  /** Nothing comes after what is in it. */
  finish(error?: unknown): void
  /** Drops what is in it, so that the end comes next. */
  abandon(error?: unknown): void
}

type Limits = { readonly events: number; readonly bytes: number }

export function createMessageQueue<Message>(
  limits: Limits,
  sizeOf: (message: Message) => number,
): MessageQueue<Message> {
  let waiting: { message: Promise<Message>; size: number }[] = []
  let bytes = 0
  let end: { error: unknown } | null = null
  let wakeTaker: () => void = () => undefined
  let wakePutter: () => void = () => undefined

  const isFull = () => waiting.length >= limits.events || bytes >= limits.bytes

  function close(error: unknown): void {
    end ??= { error }
    wakeTaker()
    wakePutter()
  }

  return {
    put(message) {
      if (end) return
      const entry = { message, size: 0 }
      waiting.push(entry)
      message.then(
        (made) => {
          if (!waiting.includes(entry)) return
          entry.size = sizeOf(made)
          bytes += entry.size
        },
        // Told to whoever takes it.
        () => undefined,
      )
      wakeTaker()
    },
    async room(stalledMs) {
      while (isFull() && !end) {
        const taken = Promise.withResolvers<boolean>()
        const timer = setTimeout(() => taken.resolve(false), stalledMs)
        wakePutter = () => taken.resolve(true)
        const isTaken = await taken.promise
        clearTimeout(timer)
        if (!isTaken && isFull()) return false
      }
      return true
    },
    get isFull() {
      return isFull()
    },
    async take() {
      while (waiting.length === 0 && !end) {
        await new Promise<void>((resolve) => {
          wakeTaker = resolve
        })
      }
      const first = waiting[0]
      if (first) {
        const message = await first.message
        // It may have been abandoned meanwhile; then the end comes instead.
        if (waiting[0] === first) {
          waiting.shift()
          bytes -= first.size
          wakePutter()
          return message
        }
      }
      if (end?.error !== undefined) throw end.error
      return null
    },
    finish: close,
    abandon(error) {
      waiting = []
      bytes = 0
      close(error)
    },
  }
}
