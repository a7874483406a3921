type Variables = Readonly<Record<string, unknown>>

/** A number, or how it follows from the variables of a request. */
export type Amount = number | ((variables: Variables) => number)

export const amountFor = (amount: Amount, variables: Variables): number =>
  typeof amount === 'number' ? amount : amount(variables)

/** The sum; what is known beforehand is added beforehand. */
export function plus(amounts: readonly Amount[]): Amount {
  const { known, open } = apart(amounts)
  const sum = known.reduce((left, right) => left + right, 0)
  if (open.length === 0) return sum
  return (variables) => open.reduce((left, amount) => left + amount(variables), sum)
}

export function times(left: Amount, right: Amount): Amount {
  if (left === 0 || right === 0) return 0
  if (typeof left === 'number' && typeof right === 'number') return left * right
  return (variables) => amountFor(left, variables) * amountFor(right, variables)
}

/** The greatest; 0 of none. */
export function most(amounts: readonly Amount[]): Amount {
  const { known, open } = apart(amounts)
  const greatest = known.reduce((left, right) => Math.max(left, right), 0)
  if (open.length === 0) return greatest
  return (variables) => open.reduce((left, amount) => Math.max(left, amount(variables)), greatest)
}

function apart(amounts: readonly Amount[]) {
  return {
    known: amounts.filter((amount) => typeof amount === 'number'),
    open: amounts.filter((amount) => typeof amount === 'function'),
  }
}
