import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { type DocumentNode, parse, print, validate } from 'graphql'
import { createSentData } from '../src/execution/deferred/sent-data.ts'
import { noMetrics } from '../src/metrics/gateway-metrics.ts'
import type { DeferralSlot } from '../src/supergraph/deferral-slot.ts'
import {
  buildGeneration,
  type SupergraphGeneration,
} from '../src/supergraph/supergraph-generation.ts'
import { compose } from './support/compose.ts'
import { askGeneration } from './support/differential/ask-generation.ts'
import { differences, nullableSchema } from './support/differential/deferred-answer.ts'
import { randomOperation, seededRandom } from './support/differential/random-operation.ts'
import { subgraphs } from './support/differential/subgraph-sdl.ts'
import { withDefers } from './support/differential/with-defers.ts'
import { monolith, subgraphLink } from './support/differential/worlds.ts'

/** The same operations each time; DIFFERENTIAL_SEED draws others, as for a search through a night. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 3)
const OPERATIONS = Number(process.env.DIFFERENTIAL_DEFERRED ?? 60)
const RUNS_OF_EACH = 4
const TOO_COSTLY = 'There are too many ways to answer the operation. Ask for less at once.'

let generation: SupergraphGeneration

beforeAll(async () => {
  generation = await buildGeneration(compose(subgraphs).sdl, {
    linkTo: ({ name }) => subgraphLink(name, subgraphs[name] ?? ''),
    headersFor: (context) => ({ 'x-salt': context.requestId }),
    ownsSession: () => false,
    unmarkedRootFields: 'allow',
    sharing: 'none',
    metrics: noMetrics,
    log: createLogger({ name: 'test' }, { write: () => undefined }),
  })
}, 180_000)
afterAll(() => generation.stop())

type Drawn = { readonly document: DocumentNode; readonly variables: Record<string, unknown> }

function drawOperation(random: ReturnType<typeof seededRandom>): Drawn {
  for (;;) {
    const { text, variables } = randomOperation(generation.schema, random)
    const document = withDefers(parse(text), random)
    if (validate(generation.schema, document).length === 0) return { document, variables }
  }
}

type Told = { readonly message: string; readonly path?: readonly (string | number)[] }
type Answer = { data?: Record<string, unknown> | null; errors?: readonly Told[] }

/** An answer with all its parts put together, as a client does. */
async function answerInParts({ document, variables }: Drawn, salt: number) {
  const text = print(document)
  const slot: DeferralSlot = { later: null, onEnd: [] }
  const asked = { text, document, variables }
  const first = (await askGeneration(generation, asked, salt, { deferral: slot })) as Answer
  const data = first.data === undefined ? undefined : JSON.parse(JSON.stringify(first.data))
  if (!slot.later) return { data, errors: first.errors ?? [], lost: [], parts: 0 }
  const sent = createSentData(data)
  const errors: Told[] = [...(first.errors ?? [])]
  const lost: (readonly (string | number)[])[] = []
  let parts = 0
  for await (const batch of slot.later.parts) {
    for (const part of batch.parts) {
      sent.add(part)
      errors.push(...(part.errors as readonly Told[]))
      if (part.data === null) lost.push(part.path)
      parts += 1
    }
  }
  return { data: sent.data, errors, lost, parts }
}

/** Faults of ours, rather than of the subgraphs that the test makes fail. */
const oursOf = (errors: readonly Told[]) =>
  errors
    .map((error) => (error as { originalError?: { detail?: string } }).originalError?.detail)
    .filter((detail) => !detail?.includes('fault in') && !detail?.includes('non-nullable'))

test(`${OPERATIONS} random operations with @defer say in parts what they say whole (seed ${SEED})`, async () => {
  const whole = monolith(nullableSchema(generation.schema))
  const random = seededRandom(SEED)
  let parts = 0
  let refused = 0
  for (let drawn = 0; drawn < OPERATIONS; drawn += 1) {
    const operation = drawOperation(random)
    for (let run = 0; run < RUNS_OF_EACH; run += 1) {
      const salt = run === 0 ? 0 : 1 + random.below(1e6)
      const expected = await whole(operation.document, operation.variables, salt)
      const actual = await answerInParts(operation, salt).catch((error: Error) => {
        if (error.message !== TOO_COSTLY)
          throw new Error(print(operation.document), { cause: error })
        return null
      })
      if (!actual) {
        refused += 1
        break
      }
      const told = actual.errors.map(({ path = [] }) => path)
      const found = differences(expected.data ?? null, actual.data ?? null, told, actual.lost)
      const at = { document: print(operation.document), variables: operation.variables, salt }
      expect({ ...at, found, ours: oursOf(actual.errors) }).toEqual({ ...at, found: [], ours: [] })
      parts += actual.parts
    }
  }
  expect(refused).toBeLessThan(OPERATIONS / 10)
  expect(parts).toBeGreaterThan(OPERATIONS)
}, 120_000)

/** With this salt the minutes of the movie that is hot fail. */
const NO_MINUTES = 861_413

test('an object whose type is lost with a field that is fetched along is null, and that is told', async () => {
  const text = '{ hot { ... on Movie @defer { minutes } ... on Book @defer { pages } } }'
  const asked = { document: parse(text), variables: {} }
  const { data, errors } = await answerInParts(asked, NO_MINUTES)
  expect(data).toEqual({ hot: null })
  expect(errors.map(({ path }) => path)).toEqual([['hot', 'minutes']])
})
