import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { takeTurn } from './weighted-turns.ts'

function turns(weights: readonly number[], count: number, mayTake = weights.map(() => true)) {
  let credits: readonly number[] = weights.map(() => 0)
  return Array.from({ length: count }, () => {
    const turn = takeTurn(weights, credits, mayTake)
    credits = turn.credits
    return turn.at
  })
}

test('turns are spread, not bunched', () => {
  expect(turns([5, 1, 1], 7)).toEqual([0, 0, 1, 0, 2, 0, 0])
})

test('of equal weights each has its turn after the other', () => {
  expect(turns([1, 1, 1], 6)).toEqual([0, 1, 2, 0, 1, 2])
})

test('who may not take part has no turn, and none saved up', () => {
  expect(turns([5, 1, 1], 4, [false, true, true])).toEqual([1, 2, 1, 2])
  const { credits } = takeTurn([5, 1], [0, 0], [false, true])
  expect(credits).toEqual([0, 0])
})

test('nobody has a turn where nobody may take part', () => {
  expect(turns([2, 1], 2, [false, false])).toEqual([null, null])
  expect(takeTurn([], [], [])).toEqual({ at: null, credits: [] })
})

test('in as many turns as all weights together, each has as many as its weight', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
      (weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        const taken = turns(weights, total)
        expect(weights.map((_, at) => taken.filter((turn) => turn === at).length)).toEqual(weights)
      },
    ),
  )
})
