import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { createOperationRecord } from '../src/observability/operation-record.ts'
import { createSlowOperationLog } from '../src/observability/slow-operations.ts'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  // Whatever takes a thousandth of a millisecond is slow here.
  tester = await createGatewayTester({
    definitions: { identity, tenancy },
    slowOperationMs: 0.001,
  })
})
beforeEach(() => {
  tester.log.length = 0
})
afterAll(() => tester.close())

const slow = () => tester.log.filter(({ msg }) => msg === 'slow operation')

describe('a slow operation', () => {
  test('is told of with its stages, its fetches and its plan', async () => {
    const { headers } = await tester.ask('query People { users { name title } version }')
    expect(slow()).toEqual([
      expect.objectContaining({
        level: 40,
        requestId: headers.get('x-request-id'),
        operation: {
          name: 'People',
          type: 'query',
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        transport: 'http',
        durationMs: expect.any(Number),
        stagesMs: {
          identify: expect.any(Number),
          parse: expect.any(Number),
          admit: expect.any(Number),
          authorize: expect.any(Number),
          plan: expect.any(Number),
          execute: expect.any(Number),
          respond: expect.any(Number),
        },
        fetchCount: 3,
        fetches: expect.arrayContaining([
          { subgraph: 'identity', outcome: 'ok', atMs: expect.any(Number), ms: expect.any(Number) },
        ]),
        plan: ['at once', '  in turn', '    identity', '    tenancy for users.@', '  tenancy'],
        untold: 0,
      }),
    ])
    const [line] = tester.log.filter(({ msg }) => msg === 'operation')
    expect(line).toMatchObject({ transport: 'http', fetchCount: 3, stagesMs: slow()[0]?.stagesMs })
  })

  test('has nothing in its line that a client wrote but its name', async () => {
    await tester.ask(
      `query Named($variableOfMine: String!, $ifIWant: Boolean!) {
        aliasOfMine: users { name title @include(if: $ifIWant) }
        one: broken(code: "LITERAL_ONE") two: broken(code: $variableOfMine, message: "LITERAL TWO")
        user(id: "u1") { title @skip(if: $ifIWant) }
      }`,
      {
        variables: { variableOfMine: 'VALUE_OF_MINE', ifIWant: true },
        token: tester.tokenWith('a:b.read'),
      },
    )
    const [line] = slow()
    expect(line?.plan).toEqual(expect.arrayContaining([expect.stringContaining('(alias).@')]))
    expect(JSON.stringify(slow())).not.toMatch(
      /aliasOfMine|variableOfMine|ifIWant|LITERAL|VALUE_OF_MINE|one|two|u1|eyJ/,
    )
  })

  test('that was refused is told of without a plan', async () => {
    await tester.ask('{ nothing }')
    expect(slow()).toMatchObject([{ operation: { hash: null }, fetches: [], plan: null }])
  })
})

test('what is slow is told of at most ten times in a minute, and counted beyond', () => {
  const lines: Record<string, unknown>[] = []
  const log = createLogger({ name: 'test' }, { write: (text) => lines.push(JSON.parse(text)) })
  const scope = { requestId: 'req-12345678', log, errorCodes: [], logged: new WeakSet<Error>() }
  let now = 0
  const slowOperations = createSlowOperationLog(1_000, () => now)
  const note = (milliseconds: number) =>
    slowOperations.note(scope, createOperationRecord('http', null), milliseconds)
  for (let at = 0; at < 25; at += 1) note(1_000)
  note(999)
  expect(lines).toHaveLength(10)
  now = 59_999
  note(1_000)
  expect(lines).toHaveLength(10)
  now = 60_000
  note(1_000)
  note(1_000)
  expect(lines.slice(10)).toMatchObject([{ untold: 16 }, { untold: 0 }])
})

test('nothing is slow where the threshold is 0', () => {
  const lines: string[] = []
  const log = createLogger({ name: 'test' }, { write: (text) => lines.push(text) })
  const scope = { requestId: 'req-12345678', log, errorCodes: [], logged: new WeakSet<Error>() }
  createSlowOperationLog(0).note(scope, createOperationRecord('http', null), 100_000)
  expect(lines).toEqual([])
})
