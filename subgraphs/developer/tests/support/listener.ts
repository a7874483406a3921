import type { StreamEvent, SubgraphStream } from '@logicspike/subgraph-server'

/** A message as it crosses the network. */
export type Message = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read messages of many shapes, and assert on each
  readonly data?: any
  readonly errors?: readonly { extensions: { code: string; cursor?: string } }[]
  readonly extensions?: { readonly cursor: string }
}

export type Listener = {
  /** The next message; null when the stream is over. */
  next(): Promise<Message | null>
  /** Messages until one answers the question, that one included, or the end. */
  until(isLast: (message: Message) => boolean): Promise<Message[]>
  leave(): void
}

export function createListener(stream: SubgraphStream, control: AbortController): Listener {
  const events = stream.ok ? stream.events : refusal(stream.result)

  async function next(): Promise<Message | null> {
    const { done, value } = await events.next()
    return done ? null : JSON.parse(JSON.stringify(value))
  }

  return {
    next,
    async until(isLast) {
      const seen: Message[] = []
      for (let it = await next(); it !== null; it = await next()) {
        seen.push(it)
        if (isLast(it)) return seen
      }
      return seen
    },
    leave: () => control.abort(),
  }
}

async function* refusal(result: StreamEvent): AsyncGenerator<StreamEvent, undefined> {
  yield result
}
