import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  Kind,
  valueFromASTUntyped,
} from 'graphql'

/**
 * A specification that the supergraph links, and the names its elements have in this document.
 * Rules: https://specs.apollo.dev/link/v1.0. Names may be changed by `as` and `import`, so nothing
 * may ever look for a directive by the name it usually has (GHSA-g8jh-vg5j-4h3f).
 */
export type LinkedFeature = {
  /** The URL without its version, for example `https://specs.apollo.dev/requiresScopes`. */
  readonly identity: string
  readonly version: string
  readonly node: ConstDirectiveNode
  /** Name of a directive of the specification as this document spells it, without `@`. */
  directiveName(nameInSpecification: string): string
  /** Whether a type of this document was brought in by the specification. */
  ownsType(name: string): boolean
}

const BOOTSTRAP = new Set(['https://specs.apollo.dev/link', 'https://specs.apollo.dev/core'])

/**
 * Reads the `@link` (or, in old supergraphs, `@core`) applications on the schema.
 * @throws Error where the document links nothing, which no composed supergraph does
 */
export function linkedFeatures(document: DocumentNode): LinkedFeature[] {
  const applied = document.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? [])
      : [],
  )
  const linkName = applied.find((node) => BOOTSTRAP.has(splitUrl(urlOf(node)).identity))?.name.value
  if (linkName === undefined) throw new Error('The supergraph links no specification.')
  return applied.filter(({ name }) => name.value === linkName).map(readFeature)
}

function readFeature(node: ConstDirectiveNode): LinkedFeature {
  const { identity, version } = splitUrl(urlOf(node))
  const ownName = identity.slice(identity.lastIndexOf('/') + 1)
  const namespace = textOf(argument(node, 'as')) ?? ownName
  const imports = readImports(argument(node, 'import'))
  const typeNames = new Set([...imports.values()].filter((name) => !name.startsWith('@')))
  return {
    identity,
    version,
    node,
    directiveName(name) {
      const imported = imports.get(`@${name}`)
      if (imported !== undefined) return imported.slice(1)
      return name === ownName ? namespace : `${namespace}__${name}`
    },
    ownsType: (name) => typeNames.has(name) || name.startsWith(`${namespace}__`),
  }
}

/** Name in the specification → name in this document; directives keep their `@`. */
function readImports(value: unknown): ReadonlyMap<string, string> {
  const entries = Array.isArray(value) ? value : []
  return new Map(
    entries.flatMap((entry: unknown): [string, string][] => {
      if (typeof entry === 'string') return [[entry, entry]]
      const { name, as } = (entry ?? {}) as { name?: unknown; as?: unknown }
      return typeof name === 'string' ? [[name, typeof as === 'string' ? as : name]] : []
    }),
  )
}

function splitUrl(url: string): { identity: string; version: string } {
  const cut = /\/(v\d+\.\d+)\/?$/.exec(url)
  return cut === null
    ? { identity: url.replace(/\/$/, ''), version: '' }
    : { identity: url.slice(0, cut.index), version: cut[1] ?? '' }
}

const urlOf = (node: ConstDirectiveNode): string =>
  textOf(argument(node, 'url')) ?? textOf(argument(node, 'feature')) ?? ''

/** The plain value of an argument; undefined where it is not given. */
export function argument(node: ConstDirectiveNode, name: string): unknown {
  const value: ConstValueNode | undefined = node.arguments?.find(
    (candidate) => candidate.name.value === name,
  )?.value
  return value === undefined ? undefined : valueFromASTUntyped(value)
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined
