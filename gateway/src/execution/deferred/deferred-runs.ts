import type { DeferNode, PlanNode } from '@apollo/query-planner'
import type { Step } from '../fetch-step.ts'
import { isAbandoned, type Run } from '../run.ts'

/** The deferred parts of one execution. Each begins as soon as what it needs is there. */
export type DeferredRuns = {
  begin(part: DeferredFetches, run: Run): void
  /** Says that fetches of the plan are done, or were left out. */
  land(fetches: readonly string[]): void
  /** Resolves when what a part fetches is there; undefined where nothing was begun for it. */
  runOf(fragment: number): Promise<Run> | undefined
}

type DeferredFetches = {
  /** Number of the fragment they are for. */
  readonly fragment: number
  /** Fetches that come first, by their ids in the plan. */
  readonly depends: readonly string[]
  readonly step: Step
}

export function createDeferredRuns(): DeferredRuns {
  const landings = new Map<string, PromiseWithResolvers<void>>()
  const runs = new Map<number, Promise<Run>>()

  function landingOf(fetch: string): PromiseWithResolvers<void> {
    const known = landings.get(fetch)
    if (known) return known
    const landing = Promise.withResolvers<void>()
    landings.set(fetch, landing)
    return landing
  }

  async function follow({ depends, step }: DeferredFetches, run: Run): Promise<Run> {
    await Promise.all(depends.map((fetch) => landingOf(fetch).promise))
    // All write into the same data; whose errors they are is told apart.
    const own: Run = { ...run, errors: [] }
    if (!isAbandoned(own)) await step(own)
    return own
  }

  return {
    begin(part, run) {
      const following = follow(part, run)
      // A part that is never sent, since what it belongs to became null, is waited for by nobody.
      following.catch(() => undefined)
      runs.set(part.fragment, following)
    },
    land(fetches) {
      for (const fetch of fetches) landingOf(fetch).resolve()
    },
    runOf: (fragment) => runs.get(fragment),
  }
}

/** A node of a plan with parts that are sent later: does what is sent first, and begins the others. */
export function compileDefer(node: DeferNode, compile: (node: PlanNode) => Step): Step {
  const compiled = (part: PlanNode | undefined): Step =>
    part ? landing(compile(part), fetchesIn(part)) : () => undefined
  const first = compiled(node.primary.node)
  const parts = node.deferred.map(({ label, depends, node: part }) => ({
    fragment: Number(label),
    depends: depends.map(({ id }) => id),
    step: compiled(part),
  }))
  return (run) => {
    for (const part of parts) run.deferred?.begin(part, run)
    return first(run)
  }
}

/** A step that says of these fetches, when it is over, that they are done. */
export function landing(step: Step, fetches: readonly string[]): Step {
  if (fetches.length === 0) return step
  return (run) => {
    const land = () => run.deferred?.land(fetches)
    const doing = step(run)
    if (doing) return doing.then(land)
    land()
    return undefined
  }
}

/** Ids of the fetches of a part, some of which conditions may leave out. */
function fetchesIn(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesIn)
    case 'Flatten':
      return fetchesIn(node.node)
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((inner) => (inner ? fetchesIn(inner) : []))
    case 'Fetch':
      return node.id === undefined ? [] : [node.id]
    // It says so of its own.
    case 'Defer':
      return []
  }
}
