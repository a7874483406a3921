import { cancellationOf, createCanceller } from '../subgraph-links/http-client/cancellation.ts'
import type { SubgraphError } from '../subgraph-links/subgraph-link.ts'
import {
  answerKey,
  createJoinedDocuments,
  entitiesVariable,
  isAnswerKey,
} from './joined-documents.ts'
import type { Fetch, FetchAnswer, SendFetch } from './subgraph-client.ts'
import { pathOf } from './subgraph-errors.ts'

/** Longer lists of entities go by themselves: a request's own cost does not matter there. Characters. */
const MOST_JOINED = 16_000

type Waiting = {
  readonly fetch: Fetch
  readonly entities: NonNullable<Fetch['entities']>
  readonly context: Parameters<SendFetch>[1]
  readonly signal: AbortSignal | undefined
  readonly resolve: (answer: FetchAnswer | Promise<FetchAnswer>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Sends what one run asks one subgraph for at one moment in one request: entities of different kinds
 * and places are asked for side by side. A moment is what the event loop has at hand; nothing waits for
 * what is not there yet, so that the busier the gateway is, the more goes together.
 */
export function joinFetches(send: SendFetch): SendFetch {
  const documentOf = createJoinedDocuments()
  let waiting: Waiting[] = []

  function depart(): void {
    const leaving = waiting
    waiting = []
    for (const group of groups(leaving)) {
      const [first] = group
      if (first && group.length === 1) sendAlone(first)
      else sendJoined(group)
    }
  }

  const sendAlone = ({ fetch, context, signal, resolve }: Waiting): void =>
    resolve(send(fetch, context, signal))

  function sendJoined(group: readonly Waiting[]): void {
    const [first] = group
    const document = documentOf(group.map(({ fetch }) => fetch.query))
    const variables = variablesOf(group)
    if (!first || !document || variables === null) {
      group.forEach(sendAlone)
      return
    }
    const fetch: Fetch = { ...document, subgraph: first.fetch.subgraph, kind: 'query', variables }
    send(fetch, first.context, signalOfAll(group)).then(
      (answer) => {
        for (const [at, one] of group.entries()) {
          const own = answerTo(answer, at)
          if (own) one.resolve(own)
          else sendAlone(one)
        }
      },
      (error: unknown) => {
        for (const { reject } of group) reject(error)
      },
    )
  }

  return (fetch, context, signal) => {
    const { entities } = fetch
    if (!entities || entities.representations.length > MOST_JOINED) {
      return send(fetch, context, signal)
    }
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(depart)
      waiting.push({ fetch, entities, context, signal, resolve, reject })
    })
  }
}

type Group = { readonly subgraph: string; readonly members: Waiting[]; size: number }

/** What goes together: of one run, to one subgraph, and not too long. */
function groups(leaving: readonly Waiting[]): Waiting[][] {
  const all: Group[] = []
  const byRun = new Map<object, Group[]>()
  for (const one of leaving) {
    const { run, representations } = one.entities
    const { subgraph } = one.fetch
    const ofRun = byRun.get(run) ?? []
    byRun.set(run, ofRun)
    let group = ofRun.find(
      (it) => it.subgraph === subgraph && it.size + representations.length <= MOST_JOINED,
    )
    if (!group) {
      group = { subgraph, members: [], size: 0 }
      ofRun.push(group)
      all.push(group)
    }
    group.members.push(one)
    group.size += representations.length
  }
  return all.map(({ members }) => members)
}

/** The JSON text of all variables; null where two have different values for one. */
function variablesOf(group: readonly Waiting[]): string | null {
  const values = new Map<string, string>()
  const members: string[] = []
  for (const [at, { entities }] of group.entries()) {
    for (const [name, text] of entities.variables) {
      const other = values.get(name)
      if (other === undefined) {
        values.set(name, text)
        members.push(`${JSON.stringify(name)}:${text}`)
      } else if (other !== text) return null
    }
    members.push(`"${entitiesVariable(at)}":${entities.representations}`)
  }
  return `{${members.join()}}`
}

/** Aborted once nobody waits for any of it. */
function signalOfAll(group: readonly Waiting[]): AbortSignal | undefined {
  const signals = new Set(group.map(({ signal }) => signal))
  const [one] = signals
  if (signals.size === 1) return one
  if (signals.has(undefined)) return undefined
  const all = createCanceller()
  let left = signals.size
  for (const signal of signals) {
    if (!signal) continue
    const leave = () => {
      left -= 1
      if (left === 0) all.cancel(signal.reason)
    }
    if (signal.aborted) leave()
    else cancellationOf(signal).add(leave)
  }
  return all.signal
}

/**
 * One fetch's part of the answer to all, as if it had been sent by itself. Null where it was lost to
 * what happened to another: `_entities` may not be null, so that one that fails takes all with it.
 */
function answerTo(answer: FetchAnswer, at: number): FetchAnswer | null {
  const key = answerKey(at)
  const { data } = answer
  if (answer.errors.length === 0 && data) return { ...answer, data: { _entities: data[key] } }
  const errors: SubgraphError[] = []
  for (const error of answer.errors) {
    const [first, ...rest] = pathOf(error) ?? []
    if (first === key) errors.push({ ...error, path: ['_entities', ...rest] })
    // What is said of none in particular is said of all.
    else if (typeof first !== 'string' || !isAnswerKey(first)) errors.push(error)
  }
  if (!data && errors.length === 0) return null
  return { ...answer, errors, data: data && { _entities: data[key] } }
}
