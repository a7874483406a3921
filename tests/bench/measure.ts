import { performance } from 'node:perf_hooks'

/** What one measured run found. Times in milliseconds. */
export type Measurement = {
  readonly name: string
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly failures: number
}

export type Workload = {
  readonly name: string
  /** How many run at once. */
  readonly concurrency: number
  readonly seconds: number
  /** One unit of work; `worker` counts from 0, so that each can have state of its own. */
  readonly run: (worker: number) => Promise<void>
}

/** Runs a workload for its time after a short warm-up and counts what was finished in it. */
export async function measure(workload: Workload): Promise<Measurement> {
  await repeat({ ...workload, seconds: Math.min(1, workload.seconds / 3) })
  const { durations, failures, elapsed } = await repeat(workload)
  const sorted = durations.toSorted((a, b) => a - b)
  return {
    name: workload.name,
    perSecond: (durations.length / elapsed) * 1000,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    failures,
  }
}

async function repeat({ concurrency, seconds, run }: Workload) {
  const durations: number[] = []
  let failures = 0
  const start = performance.now()
  const end = start + seconds * 1000
  const work = async (worker: number) => {
    while (performance.now() < end) {
      const began = performance.now()
      try {
        await run(worker)
        durations.push(performance.now() - began)
      } catch {
        failures += 1
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)))
  return { durations, failures, elapsed: performance.now() - start }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** A table for people; `ratioTo` names the row that the last column compares with. */
export function table(rows: readonly Measurement[], ratioTo?: string): string {
  const base = rows.find((row) => row.name === ratioTo)?.perSecond
  const header = [
    '',
    'per second',
    'p50 ms',
    'p99 ms',
    'failures',
    ...(base ? [`× ${ratioTo}`] : []),
  ]
  const lines = rows.map((row) => [
    row.name,
    row.perSecond.toFixed(row.perSecond < 100 ? 1 : 0),
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    String(row.failures),
    ...(base ? [(row.perSecond / base).toFixed(2)] : []),
  ])
  return markdown([header, header.map(() => '---'), ...lines])
}

function markdown(cells: readonly (readonly string[])[]): string {
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n')
}
