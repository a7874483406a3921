import { forbidden, type Meets, type Row, unauthenticated } from '../matrix/row.ts'
import type { CallerKind } from './callers.ts'
import type { EntryPoint } from './entry-points.ts'

/** `refused`: the token is turned away before anything is asked, on every way in. */
export type Expected = Meets | { readonly refused: true }

/**
 * What a caller meets, derived from the access rule in the schema; the row speaks only where the
 * rule lets the caller in.
 * @param held what the caller's token permits
 */
export function expectationFor(
  { rule, kind }: EntryPoint,
  row: Row,
  caller: CallerKind,
  held: ReadonlySet<string>,
): Expected {
  if (caller === 'ex-member' || caller === 'suspended workspace') return { refused: true }
  if (caller === 'anonymous') {
    return rule.kind === 'public' || kind === 'entity' ? row.stranger : unauthenticated
  }
  if (rule.kind === 'undeclared' && kind !== 'entity') return forbidden
  if (rule.kind === 'scopes') {
    const isLetIn = rule.anyOf.some((all) => all.every((permission) => held.has(permission)))
    return isLetIn ? row.stranger : forbidden
  }
  if (caller === 'no membership') return row.neutral ?? row.stranger
  if (caller === 'missing permission') return row.fellow ?? row.stranger
  return row.stranger
}
