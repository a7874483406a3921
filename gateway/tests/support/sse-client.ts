import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { Agent, fetch, type Response } from 'undici'

export type SseClient = AsyncDisposable & {
  readonly status: number
  readonly headers: Response['headers']
  /** The next event; null once the connection has ended. */
  next(): Promise<EventSourceMessage | null>
  /** The JSON of the next event, which is one of results. */
  result(): Promise<{ data?: Record<string, unknown>; errors?: Record<string, unknown>[] }>
  /** The whole body, of an answer that is no stream. */
  text(): Promise<string>
  readonly comments: string[]
  close(): Promise<void>
}

type Asked = {
  readonly variables?: Record<string, unknown>
  readonly token?: string
  readonly headers?: Record<string, string>
  readonly method?: 'GET' | 'POST'
}

/** Sends an operation that is to be answered by an event stream, and reads it as it comes. */
export async function listenBySse(
  url: string,
  query: string,
  { variables, token, headers = {}, method = 'POST' }: Asked = {},
): Promise<SseClient> {
  const control = new AbortController()
  // Of its own, so that nothing of it is left once it is closed.
  const dispatcher = new Agent()
  const search = new URLSearchParams({
    query,
    ...(variables && { variables: JSON.stringify(variables) }),
  })
  const response = await fetch(method === 'GET' ? `${url}/graphql?${search}` : `${url}/graphql`, {
    method,
    headers: {
      accept: 'text/event-stream',
      ...(method === 'POST' && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === 'POST' && { body: JSON.stringify({ query, variables }) }),
    signal: control.signal,
    dispatcher,
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  const comments: string[] = []
  const messages = isStream ? read(response, comments) : null
  const close = async () => {
    control.abort()
    await messages?.return(undefined).catch(() => undefined)
    await dispatcher.destroy()
  }
  const next = async () => {
    if (!messages) throw new Error(`no event stream but ${response.status}`)
    const { value, done } = await messages.next()
    return done ? null : value
  }
  return {
    status: response.status,
    headers: response.headers,
    next,
    async result() {
      const message = await next()
      if (message?.event !== 'next') throw new Error(`not a result: ${JSON.stringify(message)}`)
      return JSON.parse(message.data)
    },
    text: () => response.text(),
    comments,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function* read(response: Response, comments: string[]) {
  const arrived: EventSourceMessage[] = []
  const parser = createParser({
    onEvent: (message) => arrived.push(message),
    onComment: (comment) => comments.push(comment),
  })
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    yield* arrived.splice(0)
  }
}
