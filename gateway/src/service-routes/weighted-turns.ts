/**
 * Whose turn it is, by smooth weighted round robin: each who may take part gains its weight, who has
 * the most takes the turn and pays the weights of all. Of weights 5, 1 and 1 the turns are
 * a a b a c a a, not five of a in a row.
 * @param weights above zero
 * @param credits of the turn before; zeros at first
 * @param mayTake whether each takes part in this turn
 * @returns its index, null where nobody takes part, and the credits for the next turn
 */
export function takeTurn(
  weights: readonly number[],
  credits: readonly number[],
  mayTake: readonly boolean[],
): { readonly at: number | null; readonly credits: readonly number[] } {
  const gained = credits.map((credit, at) => (mayTake[at] ? credit + (weights[at] ?? 0) : credit))
  const total = weights.reduce((sum, weight, at) => (mayTake[at] ? sum + weight : sum), 0)
  let chosen: number | null = null
  for (const [at, credit] of gained.entries()) {
    if (mayTake[at] && (chosen === null || credit > (gained[chosen] ?? 0))) chosen = at
  }
  if (chosen === null) return { at: null, credits }
  return {
    at: chosen,
    credits: gained.map((credit, at) => (at === chosen ? credit - total : credit)),
  }
}
