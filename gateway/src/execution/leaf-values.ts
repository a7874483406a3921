import { type GraphQLOutputType, isEnumType, isScalarType } from 'graphql'

/** Answers with the value as clients get it, or undefined where it is none of the type. */
export type LeafCheck = (value: unknown) => unknown

const MAX_INT = 2_147_483_647
const MIN_INT = -2_147_483_648

const BUILT_IN: Readonly<Record<string, LeafCheck>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  Float: (value) => (typeof value === 'number' ? value : undefined),
  Int: (value) =>
    Number.isInteger(value) && (value as number) <= MAX_INT && (value as number) >= MIN_INT
      ? value
      : undefined,
  /** Some servers write numbers; an ID is a string to those who read it (GraphQL §3.5.5). */
  ID: (value) => {
    if (typeof value === 'string') return value
    return Number.isInteger(value) ? String(value) : undefined
  },
}

/** Custom scalars may be any JSON, and are what their subgraph says. */
const anything: LeafCheck = (value) => value

/** How values of a scalar or enum are judged. Subgraphs have serialised them already. */
export function leafCheck(type: GraphQLOutputType): LeafCheck {
  if (isEnumType(type)) {
    // Values that clients do not see are none of theirs.
    const values = new Set<unknown>(type.getValues().map(({ name }) => name))
    return (value) => (values.has(value) ? value : undefined)
  }
  return isScalarType(type) ? (BUILT_IN[type.name] ?? anything) : anything
}
