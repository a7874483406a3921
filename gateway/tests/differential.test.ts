import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql'
import { noMetrics } from '../src/metrics/gateway-metrics.ts'
import {
  buildGeneration,
  type SupergraphGeneration,
} from '../src/supergraph/supergraph-generation.ts'
import { compose } from './support/compose.ts'
import { askGeneration } from './support/differential/ask-generation.ts'
import { explainedNulls } from './support/differential/explained-nulls.ts'
import {
  type RandomOperation,
  randomOperation,
  seededRandom,
} from './support/differential/random-operation.ts'
import { subgraphs } from './support/differential/subgraph-sdl.ts'
import { monolith, subgraphLink } from './support/differential/worlds.ts'

/** The same operations each time; DIFFERENTIAL_SEED draws others, as for a search through a night. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 2)
const OPERATIONS = Number(process.env.DIFFERENTIAL_OPERATIONS ?? 10_000)
/** With `fetches`, runs of one operation at the same time are given the same objects. */
const SHARING = process.env.DIFFERENTIAL_SHARING === 'fetches' ? 'fetches' : 'none'
/** Each document runs without faults and with several draws of them. */
const RUNS_OF_EACH = 50
const AT_ONCE = 8
const TOO_COSTLY = 'There are too many ways to answer the operation. Ask for less at once.'

let generation: SupergraphGeneration
let schema: GraphQLSchema

beforeAll(async () => {
  const composed = compose(subgraphs)
  generation = await buildGeneration(composed.sdl, {
    linkTo: ({ name }) => subgraphLink(name, subgraphs[name] ?? ''),
    headersFor: (context) => ({ 'x-salt': context.requestId }),
    ownsSession: () => false,
    unmarkedRootFields: 'allow',
    sharing: SHARING,
    metrics: noMetrics,
    log: createLogger({ name: 'test' }, { write: () => undefined }),
  })
  schema = generation.schema
}, 180_000)
afterAll(() => generation.stop())

type Drawn = RandomOperation & { readonly document: DocumentNode }

function validOperation(random: ReturnType<typeof seededRandom>): Drawn {
  for (;;) {
    const drawn = randomOperation(schema, random)
    const document = parse(drawn.text)
    if (validate(schema, document).length === 0) return { ...drawn, document }
  }
}

type Answer = { data?: unknown; errors?: readonly { path?: unknown; message: string }[] }

/** What both answer, in one form: data as text in its order, and the nulls that errors account for. */
function comparable({ data, errors = [] }: Answer) {
  const plain = data === undefined ? null : JSON.parse(JSON.stringify(data))
  return { data: JSON.stringify(plain), errors: explainedNulls(plain, errors) }
}

const gatewayAnswer = async (drawn: Drawn, salt: number): Promise<Answer> =>
  (await askGeneration(generation, drawn, salt)) as Answer

const thrown = (error: Error): Answer => ({ errors: [{ message: error.message }] })

/** What the log would tell. */
const detailsOf = ({ errors = [] }: Answer) =>
  errors.map(
    (error) =>
      (error as { originalError?: { detail?: string } }).originalError?.detail ?? error.message,
  )

test(`the gateway answers ${OPERATIONS} random operations as one schema would (seed ${SEED})`, async () => {
  const answer = monolith(schema)
  const failures: object[] = []
  let refused = 0

  async function compareRuns(seed: number): Promise<void> {
    const random = seededRandom(seed)
    const drawn = validOperation(random)
    for (let run = 0; run < RUNS_OF_EACH; run += 1) {
      const salt = run === 0 ? 0 : 1 + random.below(1e6)
      const [whole, served] = await Promise.all([
        answer(drawn.document, drawn.variables, salt),
        gatewayAnswer(drawn, salt).catch(thrown),
      ])
      // What takes the planner seconds is given up, which is an answer of its own.
      if (served.errors?.[0]?.message === TOO_COSTLY) {
        refused += 1
        return
      }
      const [expected, actual] = [comparable(whole), comparable(served)]
      if (JSON.stringify(expected) === JSON.stringify(actual)) continue
      failures.push({
        ...drawn,
        document: undefined,
        salt,
        expected,
        actual,
        details: detailsOf(served),
      })
      return
    }
  }

  async function work(): Promise<void> {
    while (begun < OPERATIONS && failures.length < 3) {
      begun += RUNS_OF_EACH
      // Each has a seed of its own, so that what is drawn does not hang on which is answered first.
      await compareRuns(SEED * OPERATIONS + begun)
    }
  }

  let begun = 0
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  expect(failures).toEqual([])
  expect(refused).toBeLessThan(OPERATIONS / RUNS_OF_EACH / 10)
}, 600_000)
