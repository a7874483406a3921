import { buildASTSchema, type GraphQLSchema, Kind, parse, printSchema, visit } from 'graphql'

/** The schema in which anything may be null, so that nothing is lost to what is null below it. */
export function nullableSchema(schema: GraphQLSchema): GraphQLSchema {
  const inArguments = (ancestors: readonly unknown[]) =>
    ancestors.some((node) => (node as { kind?: Kind } | null)?.kind === Kind.INPUT_VALUE_DEFINITION)
  const document = visit(parse(printSchema(schema)), {
    NonNullType: {
      leave: (node, _key, _parent, _path, ancestors) =>
        inArguments(ancestors as readonly unknown[]) ? undefined : node.type,
    },
  })
  return buildASTSchema(document)
}

type Path = readonly (string | number)[]

/**
 * What is wrong with an answer in parts whose data was put together.
 * @param whole what the fields answer, nulls not carried up
 * @param told paths of all errors
 * @param lost paths of the parts whose data is null
 */
export function differences(
  whole: unknown,
  answered: unknown,
  told: readonly Path[],
  lost: readonly Path[],
): string[] {
  const found: string[] = []
  const textOf = (path: Path) => path.join('.')
  const isTold = (path: Path) =>
    told.some((it) => textOf(it.slice(0, path.length)) === textOf(path))
  const isLost = (path: Path) => lost.some((it) => textOf(it) === textOf(path))
  const note = (path: Path, what: string) => found.push(`${textOf(path)} ${what}`)

  function compare(expected: unknown, actual: unknown, path: Path): void {
    if (expected === actual) return
    if (actual === null) {
      if (!isTold(path)) note(path, 'is null')
    } else if (isObject(expected) && isObject(actual)) compareMembers(expected, actual, path)
    else note(path, `is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`)
  }

  function compareMembers(expected: JsonObject, actual: JsonObject, path: Path): void {
    if (Array.isArray(expected) !== Array.isArray(actual)) note(path, 'is another kind of value')
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      if (Object.hasOwn(actual, key)) compare(expected[key], actual[key], [...path, key])
      else if (!isLost(path)) note([...path, key], 'is missing')
    }
  }

  compare(whole, answered, [])
  return found
}

type JsonObject = Record<string, unknown>
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null
