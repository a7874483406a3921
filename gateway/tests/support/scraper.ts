import { openMetrics } from '../../src/metrics/open-metrics.ts'

/** Series as Prometheus would read them: `name{label="value",…}` → value. */
export type Scrape = ReadonlyMap<string, number>

export type Scraper = Pick<Awaited<ReturnType<typeof openMetrics>>, 'metrics' | 'close'> & {
  readonly text: () => Promise<string>
  readonly scrape: () => Promise<Scrape>
  /** Of one series; undefined where there is none. Labels in any order. */
  value(name: string, labels?: Record<string, string>): Promise<number | undefined>
}

/** Metrics at a port of their own, and what they tell there. */
export async function startScraper(): Promise<Scraper> {
  const { metrics, port, close } = await openMetrics({
    METRICS_PORT: 0,
    METRICS_HOST: '127.0.0.1',
  })
  const text = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const scrape = async () => parse(await text())
  return {
    metrics,
    close,
    text,
    scrape,
    value: async (name, labels = {}) => (await scrape()).get(seriesName(name, labels)),
  }
}

const LINE = /^(?<name>\w+)(\{(?<labels>.*)\})? (?<value>\S+)$/

function parse(text: string): Scrape {
  const series = new Map<string, number>()
  for (const line of text.split('\n')) {
    const { name, labels = '', value } = LINE.exec(line)?.groups ?? {}
    if (name === undefined) continue
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, of]) => [key, of])
    series.set(seriesName(name, Object.fromEntries(pairs)), Number(value))
  }
  return series
}

function seriesName(name: string, labels: Record<string, string>): string {
  const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))
  return `${name}{${sorted.map(([key, value]) => `${key}="${value}"`).join(',')}}`
}
