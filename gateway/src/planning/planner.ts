import { Worker } from 'node:worker_threads'
import type { QueryPlan } from '@apollo/query-planner'

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

/** One for the process: planners of all generations and gateways share its thread. */
const thread = plannerThread()
let generations = 0

/**
 * Loads a supergraph into the planning thread.
 * @throws Error where it cannot be planned on
 */
export async function createPlanner(supergraphSdl: string): Promise<Planner> {
  generations += 1
  const generation = generations
  const loading = { kind: 'load', supergraphSdl } as const
  await thread.ask(generation, loading)
  return {
    async plan(document, operationName) {
      const ask = { kind: 'plan', document, ...(operationName !== undefined && { operationName }) }
      const { plan } = await thread.ask(generation, ask as Ask)
      if (!plan) throw new Error('the planning thread answered without a plan')
      return plan
    },
    close() {
      thread.forget(generation)
    },
  }
}

type Waiting = { resolve(answer: PlannerAnswer): void; reject(error: Error): void }

function plannerThread() {
  const waiting = new Map<number, Waiting>()
  /** Loaded supergraphs: a thread that comes after one that died is given them again. */
  const loaded = new Map<number, PlannerRequest>()
  let worker: Worker | null = null
  let lastId = 0

  function start(): Worker {
    const started = new Worker(new URL('./planner.worker.ts', import.meta.url), {
      name: 'planner',
    })
    // Nothing outlives the process for a plan that nobody waits for any more.
    started.unref()
    started.on('message', (answer: PlannerAnswer) => {
      const request = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) started.unref()
      if (answer.error === undefined) request?.resolve(answer)
      else request?.reject(new Error(answer.error))
    })
    const end = (reason: unknown) => {
      if (worker !== started) return
      worker = null
      const lost = [...waiting.values()]
      waiting.clear()
      for (const { reject } of lost) reject(new Error(`the planning thread ended: ${reason}`))
    }
    started.on('error', end)
    started.on('exit', end)
    for (const request of loaded.values()) started.postMessage(request)
    return started
  }

  function ask(generation: number, request: Ask): Promise<PlannerAnswer> {
    worker ??= start()
    const current = worker
    lastId += 1
    const message = { ...request, id: lastId, generation } as PlannerRequest
    if (request.kind === 'load') loaded.set(generation, message)
    return new Promise<PlannerAnswer>((resolve, reject) => {
      waiting.set(message.id, { resolve, reject })
      current.ref()
      current.postMessage(message)
    }).catch((error: unknown) => {
      if (request.kind === 'load') loaded.delete(generation)
      throw error
    })
  }

  return {
    ask,
    forget(generation: number): void {
      loaded.delete(generation)
      worker?.postMessage({ id: 0, kind: 'drop', generation } satisfies PlannerRequest)
    },
  }
}
