import { describe, expect, test } from '@jest/globals'
import { createCircuitBreaker } from './circuit-breaker.ts'

function breaker() {
  let time = 0
  const circuit = createCircuitBreaker({
    ...{ fewest: 4, threshold: 0.5, windowMs: 1_000, restMs: 200 },
    now: () => time,
  })
  const settle = (...failures: boolean[]) => {
    for (const isFailure of failures) circuit.settle(isFailure)
  }
  return { circuit, settle, pass: (ms: number) => (time += ms) }
}

describe('a circuit breaker', () => {
  test('stays closed while fewer than half fail, and while too few were sent to tell', () => {
    const { circuit, settle } = breaker()
    settle(true, true, true)
    expect(circuit.admits()).toBe(true)
    const other = breaker()
    other.settle(true, false, false, false, true, false)
    expect(other.circuit.admits()).toBe(true)
  })

  test('opens at half, and admits nothing until it has rested', () => {
    const { circuit, settle, pass } = breaker()
    settle(false, false, true, true)
    expect(circuit.admits()).toBe(false)
    pass(199)
    expect(circuit.admits()).toBe(false)
  })

  test('admits one to try then, and closes if that succeeds', () => {
    const { circuit, settle, pass } = breaker()
    settle(true, true, true, true)
    pass(200)
    expect([circuit.admits(), circuit.admits()]).toEqual([true, false])
    settle(false)
    expect([circuit.admits(), circuit.admits()]).toEqual([true, true])
  })

  test('rests again if that fails', () => {
    const { circuit, settle, pass } = breaker()
    settle(true, true, true, true)
    pass(200)
    circuit.admits()
    settle(true)
    expect(circuit.admits()).toBe(false)
    pass(200)
    expect(circuit.admits()).toBe(true)
  })

  test('forgets what happened before its window', () => {
    const { circuit, settle, pass } = breaker()
    settle(true, true, true)
    pass(1_001)
    settle(true)
    expect(circuit.admits()).toBe(true)
  })
})
