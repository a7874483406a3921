import { Worker } from 'node:worker_threads'
import type { QueryPlan } from '@apollo/query-planner'
import { AppError } from '@logicspike/errors'

export type PlannerRequest = { readonly id: number; readonly generation: number } & (
  | { readonly kind: 'load'; readonly supergraphSdl: string }
  | { readonly kind: 'plan'; readonly document: string; readonly operationName?: string }
  | { readonly kind: 'drop' }
)
type Ask = PlannerRequest extends infer Request
  ? Request extends PlannerRequest
    ? Omit<Request, 'id' | 'generation'>
    : never
  : never

export type PlannerAnswer = {
  readonly id: number
  /** Says that planning begins; the answer comes later. */
  readonly begun?: true
  readonly plan?: QueryPlan
  readonly error?: string
}

/** Plans the operations of one supergraph. */
export type Planner = {
  /**
   * @param document of one operation with its fragments, valid against the API schema
   * @throws Error where the operation cannot be planned
   */
  plan(document: string, operationName?: string): Promise<QueryPlan>
  /** Forgets the supergraph. Plans asked for before are still answered. */
  close(): void
}

const DEADLINE_MS = 10_000

/** One for the process: planners of all generations and gateways share its thread. */
const thread = plannerThread()
let generations = 0

/**
 * Loads a supergraph into the planning thread.
 * @param deadlineMs how long the planning of one operation may take the thread; some would take
 *   minutes. What takes longer fails with AppError OPERATION_TOO_COSTLY.
 * @throws Error where it cannot be planned on
 */
export async function createPlanner(
  supergraphSdl: string,
  deadlineMs = DEADLINE_MS,
): Promise<Planner> {
  generations += 1
  const generation = generations
  const loading = { kind: 'load', supergraphSdl } as const
  await thread.ask(generation, loading, deadlineMs)
  return {
    async plan(document, operationName) {
      const ask = { kind: 'plan', document, ...(operationName !== undefined && { operationName }) }
      const { plan } = await thread.ask(generation, ask as Ask, deadlineMs)
      if (!plan) throw new Error('the planning thread answered without a plan')
      return plan
    },
    close() {
      thread.forget(generation)
    },
  }
}

const TOO_LONG = 'There are too many ways to answer the operation. Ask for less at once.'

/** How long whoever has waited longest for the planning thread has done so. Milliseconds. */
export function longestPlanWait(): number {
  return thread.longestWait()
}

type Waiting = {
  /** By `performance.now()`. */
  readonly since: number
  readonly request: PlannerRequest
  readonly deadlineMs: number
  resolve(answer: PlannerAnswer): void
  reject(error: Error): void
}

function plannerThread() {
  /** In the order of asking, which is the order of answering. */
  const waiting = new Map<number, Waiting>()
  /** Loaded supergraphs: a thread that comes after one that died is given them again. */
  const loaded = new Map<number, PlannerRequest>()
  let worker: Worker | null = null
  let deadline: NodeJS.Timeout | undefined
  let lastId = 0

  function start(): Worker {
    const started = new Worker(new URL('./planner.worker.ts', import.meta.url), {
      name: 'planner',
    })
    // Nothing outlives the process for a plan that nobody waits for any more.
    started.unref()
    started.on('message', (answer: PlannerAnswer) => settle(answer))
    const end = (reason: unknown) => {
      if (worker === started) giveUpFirst(new Error(`the planning thread ended: ${reason}`))
    }
    started.on('error', end)
    started.on('exit', end)
    for (const request of loaded.values()) started.postMessage(request)
    return started
  }

  function settle(answer: PlannerAnswer): void {
    clearTimeout(deadline)
    const asked = waiting.get(answer.id)
    if (answer.begun) {
      const tooLong = new AppError('OPERATION_TOO_COSTLY', TOO_LONG)
      deadline = setTimeout(giveUpFirst, asked?.deadlineMs, tooLong)
      deadline.unref()
      return
    }
    waiting.delete(answer.id)
    if (waiting.size === 0) worker?.unref()
    if (answer.error === undefined) asked?.resolve(answer)
    else asked?.reject(new Error(answer.error))
  }

  /**
   * The thread works on the first of those who wait. Ends it, and has another do for the others
   * what it did not come to.
   */
  function giveUpFirst(error: Error): void {
    const [first, ...others] = waiting.values()
    void worker?.terminate()
    worker = null
    waiting.clear()
    clearTimeout(deadline)
    first?.reject(error)
    if (others.length > 0) worker = start()
    // The supergraphs are given to a new thread as it starts.
    for (const asked of others) {
      if (asked.request.kind === 'load') asked.resolve({ id: asked.request.id })
      else send(asked)
    }
  }

  function send(asked: Waiting): void {
    worker ??= start()
    waiting.set(asked.request.id, asked)
    worker.ref()
    worker.postMessage(asked.request)
  }

  function ask(generation: number, request: Ask, deadlineMs: number): Promise<PlannerAnswer> {
    lastId += 1
    const message = { ...request, id: lastId, generation } as PlannerRequest
    return new Promise<PlannerAnswer>((resolve, reject) => {
      send({ since: performance.now(), request: message, deadlineMs, resolve, reject })
      if (request.kind === 'load') loaded.set(generation, message)
    }).catch((error: unknown) => {
      if (request.kind === 'load') loaded.delete(generation)
      throw error
    })
  }

  return {
    ask,
    longestWait(): number {
      const [first] = waiting.values()
      return first ? performance.now() - first.since : 0
    },
    forget(generation: number): void {
      loaded.delete(generation)
      worker?.postMessage({ id: 0, kind: 'drop', generation } satisfies PlannerRequest)
    },
  }
}
