import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { plain } from '../authorization/expand-fragments.ts'

/**
 * Keys under which fields are asked of subgraphs. Mostly those that the client chose; but a client
 * may call one field by the name of another (`id: name`), or ask for a field with arguments that
 * `@requires` asks for with others, and the planner, which adds keys and required fields beside
 * the client's, takes the one for the other (apollographql/federation#3036). Nor may two types that
 * stand at one place have something else under one key: a subgraph that has an interface of theirs as
 * `@interfaceObject` is asked for both at once, and the planner forgets one of them.
 */
export type ResponseKeys = {
  /** The key of a field that a deferred fragment asks for, by that which it would have otherwise. */
  deferredKey(fragment: number, key: string): string
  /** The fragment that a key belongs to; null for keys of no deferred fragment. */
  fragmentOf(key: string): number | null
  /** The operation as it is planned. */
  rename(operation: OperationDefinitionNode): RenamedOperation
}

export type RenamedOperation = {
  readonly operation: OperationDefinitionNode
  /** The key that a field of the client's operation has in plan and merged data. */
  readonly keyOf: (field: FieldNode) => string
  /** Client's keys by those that stand for them; empty where none had to be changed. */
  readonly clientKeys: ReadonlyMap<string, string>
}

/** @param supergraph with the fields that clients do not see, which planners may ask for as well */
export function createResponseKeys(supergraph: DocumentNode): ResponseKeys {
  const names = new Set<string>()
  const requiredWithArguments = new Set<string>()
  for (const { node, required } of fieldsOf(supergraph.definitions)) {
    names.add(node)
    for (const [, name = ''] of required.matchAll(/([_A-Za-z][_0-9A-Za-z]*)\s*\(/g)) {
      requiredWithArguments.add(name)
    }
  }
  const mark = freeMark(names)

  function internalKey(field: FieldNode): string {
    const { name } = field
    const key = keyed(field)
    // What is marked already by the client must not pass for what is marked here.
    const isForeign = key !== name.value && (names.has(key) || key.startsWith(mark))
    return isForeign || requiredWithArguments.has(name.value) ? mark + key : key
  }

  // No key of a client begins with a digit.
  const ofFragment = new RegExp(`^${mark}(\\d+)_`)

  return {
    deferredKey: (fragment, key) => `${mark}${fragment}_${key}`,
    fragmentOf(key) {
      const fragment = ofFragment.exec(key)?.[1]
      return fragment === undefined ? null : Number(fragment)
    },
    rename(operation) {
      const clientKeys = new Map<string, string>()
      const contested = contestedKeys(operation)
      // No key of a client begins with a digit, and none of a fragment has a letter after its number.
      const keyOf = (field: FieldNode): string => {
        const number = contested.get(callOf(field))
        return number === undefined ? internalKey(field) : `${mark}${number}a_${keyed(field)}`
      }
      const renamed = visit(operation, {
        Field(field) {
          const key = keyed(field)
          const internal = keyOf(field)
          const isMeta = field.name.value === '__schema' || field.name.value === '__type'
          if (internal === key) return isMeta ? false : undefined
          clientKeys.set(internal, key)
          const alias = { kind: Kind.NAME, value: internal } as const
          return { ...field, alias }
        },
      })
      return { operation: clientKeys.size > 0 ? renamed : operation, keyOf, clientKeys }
    },
  }
}

const keyed = ({ alias, name }: FieldNode): string => alias?.value ?? name.value

/** What a field is called by, and what is called. */
function callOf(field: FieldNode): string {
  const given = (field.arguments ?? []).map((argument) => print(argument))
  return `${keyed(field)}:${field.name.value}(${given.join()})`
}

/** Numbers for calls that share a key, and a place, with another. */
function contestedKeys({ selectionSet }: OperationDefinitionNode): ReadonlyMap<string, number> {
  const contested = new Map<string, number>()

  function look(sets: readonly SelectionSetNode[]): void {
    for (const fields of Map.groupBy(sets.flatMap(fieldsIn), keyed).values()) {
      const calls = new Set(fields.map(callOf))
      if (calls.size > 1) {
        for (const call of calls) contested.set(call, contested.get(call) ?? contested.size)
      }
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? [])
      if (below.length > 0) look(below)
    }
  }

  look([selectionSet])
  return contested
}

const fieldsIn = (set: SelectionSetNode): FieldNode[] =>
  plain(set).flatMap((node) => (node.kind === Kind.FIELD ? [node] : fieldsIn(node.selectionSet)))

function fieldsOf(definitions: readonly DefinitionNode[]): { node: string; required: string }[] {
  return definitions.flatMap((definition) => {
    const isObject =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    if (!isObject) return []
    return (definition.fields ?? []).map((field) => ({
      node: field.name.value,
      required: (field.directives ?? [])
        .flatMap((directive) => directive.arguments ?? [])
        .map(({ name, value }) =>
          name.value === 'requires' && value.kind === Kind.STRING ? value.value : '',
        )
        .join(' '),
    }))
  })
}

/** A beginning that no field's name has, so that what is marked is no field's name. */
function freeMark(names: ReadonlySet<string>): string {
  let mark = '_'
  while ([...names].some((name) => name.startsWith(mark))) mark += '_'
  return `${mark}k_`
}
