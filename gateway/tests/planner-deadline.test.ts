import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'graphql'
import { createOperationStore } from '../src/execution/operation-store.ts'
import { createResponseKeys } from '../src/execution/response-keys.ts'
import { createSubgraphClient } from '../src/execution/subgraph-client.ts'
import { typeConditions } from '../src/execution/type-conditions.ts'
import { noMetrics } from '../src/metrics/gateway-metrics.ts'
import { createPlanner, type Planner } from '../src/planning/planner.ts'
import { compose } from './support/compose.ts'

/** Every field may be asked of any of six subgraphs, so that ways to answer multiply with depth. */
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
const { sdl, schema } = compose(
  Object.fromEntries(
    NAMES.map((name) => [
      name,
      `type Query { tree: Tree @shareable @public }
       type Tree @key(fields: "id") {
         id: ID! size: Int @shareable left: Tree @shareable right: Tree @shareable ${name}: Int
       }`,
    ]),
  ),
)
const LIGHT = '{ tree { size } }'
const HEAVY = `{ tree ${branches(9)} }`
function branches(depth: number): string {
  const below = depth === 0 ? '' : `left ${branches(depth - 1)} right ${branches(depth - 1)}`
  return `{ size a b c ${below} }`
}

let patient: Planner
let hasty: Planner
beforeAll(async () => {
  patient = await createPlanner(sdl)
  hasty = await createPlanner(sdl, 500)
})
afterAll(() => {
  patient.close()
  hasty.close()
})

describe('an operation that takes too long to plan', () => {
  test('is given up, and what waits behind it is done all the same', async () => {
    const given = Promise.allSettled([
      hasty.plan(HEAVY),
      patient.plan(LIGHT),
      patient.plan('{ tree { unknown } }'),
      createPlanner(sdl).then((planner) => planner.close()),
    ])
    const [heavy, light, wrong, loaded] = await given
    expect(heavy).toMatchObject({ reason: { code: 'OPERATION_TOO_COSTLY' } })
    expect(light).toMatchObject({ value: { kind: 'QueryPlan' } })
    expect(wrong).toMatchObject({ status: 'rejected', reason: { message: /unknown/ } })
    expect(loaded).toMatchObject({ status: 'fulfilled' })
  })

  test('is refused for a while without being tried again, and others are planned', async () => {
    let planned = 0
    const counting = (planner: Planner): Planner => ({
      ...planner,
      plan(...operation) {
        planned += 1
        return planner.plan(...operation)
      },
    })
    const store = storeOn(counting(hasty))
    const first = await Promise.allSettled([1, 2].map(() => store.prepare(asked(HEAVY))))
    const again = await Promise.allSettled([store.prepare(asked(HEAVY))])
    for (const { status, ...rest } of [...first, ...again]) {
      expect(status).toBe('rejected')
      expect(rest).toMatchObject({ reason: { code: 'OPERATION_TOO_COSTLY' } })
    }
    expect(planned).toBe(1)
    const others = storeOn(counting(patient))
    await others.prepare(asked(LIGHT))
    expect(others.known(asked(LIGHT))).toBeDefined()
    expect(store.known(asked(HEAVY))).toBeUndefined()
    expect(planned).toBe(2)
  })
})

function storeOn(planner: Planner) {
  const supergraph = parse(sdl)
  const client = createSubgraphClient({
    linkTo: () => {
      throw new Error('nothing is fetched here')
    },
    headersFor: () => ({}),
    ownsSession: () => false,
    metrics: noMetrics,
    sharing: 'none',
  })
  const keys = createResponseKeys(supergraph)
  return createOperationStore(planner, { schema, client, types: typeConditions(supergraph), keys })
}

const asked = (text: string) => ({
  queryHash: text,
  document: parse(text),
  operationName: undefined,
  variables: undefined,
})
