import type { Row } from '../matrix/row.ts'
import type { Reply } from './doors.ts'
import { guardedFields } from './entry-points.ts'

/**
 * The errors of a call itself. A field below it that asks for a permission of its own is null to who
 * lacks that, with an error; the call goes through all the same.
 */
export const errorsOfCall = (
  { errors }: Reply,
  { endsOwnToken }: Pick<Row, 'endsOwnToken'> = {},
): Reply['errors'] =>
  errors.filter(({ path = [], extensions: { code } }) => {
    const isBelow = path.length > 1
    const isGuarded = code === 'FORBIDDEN' && guardedFields.has(String(path.at(-1)))
    // The call was let in and carried out; other services may have learnt of it before they are asked.
    const isTooLate = code === 'UNAUTHENTICATED' && endsOwnToken === true
    return !(isBelow && (isGuarded || isTooLate))
  })

/** Every text that a value holds, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

/**
 * An answer without what its caller has told it and without the id of the request: two such are
 * alike when they tell alike.
 */
export function normalised({ data, errors }: Reply, variables: object): string {
  const told = textsIn(variables)
    .filter((text) => text.length > 3)
    .sort((a, b) => b.length - a.length)
  const withoutId = errors.map(({ extensions: { requestId: _, ...extensions }, ...error }) => ({
    ...error,
    extensions,
  }))
  return told.reduce(
    (text, word) => text.replaceAll(JSON.stringify(word).slice(1, -1), '<told>'),
    JSON.stringify({ data, errors: withoutId }),
  )
}

/** Which of these texts an answer gives away to somebody who has not told them. */
export const leaksIn = (
  reply: Reply,
  variables: object,
  secrets: readonly string[],
): readonly string[] => {
  const text = normalised(reply, variables)
  return secrets.filter((secret) => text.includes(secret))
}
