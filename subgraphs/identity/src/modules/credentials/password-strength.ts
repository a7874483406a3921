import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'

/**
 * The estimator takes time that grows faster than length, on the thread that answers everybody.
 * Scoring the beginning only can but underrate a password.
 */
const SCORED_LENGTH = 64

/**
 * Ways to read `p4$$w0rd` as letters that are tried. The library's default of 100 takes half a
 * second for hostile input; 10 keep the worst case near 50 ms and find the usual disguises.
 */
const SUBSTITUTIONS = 10

let estimator: ZxcvbnFactory | undefined

/**
 * zxcvbn's score of a password, 0 (a handful of guesses) to 4 (more than 10^10).
 * @param words further words to hold against it
 */
export function estimateStrength(password: string, words: readonly string[]): number {
  return loaded().check(password.slice(0, SCORED_LENGTH), [...words]).score
}

/** Built on first use: ranking the dictionaries takes a tenth of a second. */
function loaded(): ZxcvbnFactory {
  estimator ??= new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    l33tMaxSubstitutions: SUBSTITUTIONS,
  })
  return estimator
}
