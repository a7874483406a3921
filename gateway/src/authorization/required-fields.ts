import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { argument, linkedFeatures } from './linked-features.ts'
import { ANYBODY, allOf, type Requirement } from './requirement.ts'
import { JOIN } from './security-features.ts'
import { fieldsOf, namedTypeOf, outputTypes, possibleTypes } from './supergraph-document.ts'

type Rules = {
  readonly types: ReadonlyMap<string, Requirement>
  readonly fields: ReadonlyMap<string, Requirement>
}
type Field = { readonly returns: string; readonly requires: readonly SelectionSetNode[] }

/**
 * Adds to every field the rules of the fields it is computed from (`@requires`, which the
 * supergraph keeps in `@join__field(requires:)`), and theirs, and so on. The subgraph is handed
 * those values by the gateway, so whoever reads the result learns something about them
 * (GHSA-m8jr-fxqx-8xx6). Composition asks authors to repeat such rules; this does not rely on it.
 * @returns field rules with everything that follows from `@requires`
 */
export function requirementsOfRequiredFields(
  document: DocumentNode,
  rules: Rules,
): ReadonlyMap<string, Requirement> {
  const catalogue = readFields(document)
  const members = possibleTypes(document)
  const complete = new Map<string, Requirement>()
  const underWay = new Set<string>()

  function ofField(coordinate: string): Requirement {
    const known = complete.get(coordinate)
    if (known) return known
    const own = rules.fields.get(coordinate) ?? ANYBODY
    // A field on its own way contributes its rule where the walk began.
    if (underWay.has(coordinate)) return own
    underWay.add(coordinate)
    const [type = ''] = coordinate.split('.')
    const needs = (catalogue.get(coordinate)?.requires ?? []).map((set) => ofSelection(type, set))
    underWay.delete(coordinate)
    const all = allOf([own, ...needs])
    // Inside a circle of requirements a result may lack what is still under way.
    if (underWay.size === 0) complete.set(coordinate, all)
    return all
  }

  function ofSelection(type: string, { selections }: SelectionSetNode): Requirement {
    return allOf(selections.map((selection) => ofNode(type, selection)))
  }

  function ofNode(type: string, node: SelectionNode): Requirement {
    if (node.kind === Kind.FRAGMENT_SPREAD) return ANYBODY
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition = node.typeCondition?.name.value ?? type
      return allOf([
        rules.types.get(condition) ?? ANYBODY,
        ofSelection(condition, node.selectionSet),
      ])
    }
    const named = [type, ...(members.get(type) ?? [])].map((one) => `${one}.${node.name.value}`)
    const returns = catalogue.get(named[0] ?? '')?.returns ?? ''
    return allOf([
      ...named.map(ofField),
      rules.types.get(returns) ?? ANYBODY,
      node.selectionSet ? ofSelection(returns, node.selectionSet) : ANYBODY,
    ])
  }

  for (const coordinate of catalogue.keys()) ofField(coordinate)
  return new Map([...complete].filter(([, requirement]) => requirement !== ANYBODY))
}

function readFields(document: DocumentNode): ReadonlyMap<string, Field> {
  const joinField = new Set(
    linkedFeatures(document)
      .filter(({ identity }) => identity === JOIN)
      .map((feature) => feature.directiveName('field')),
  )
  const fields = outputTypes(document).flatMap((definition) =>
    fieldsOf(definition).map((field): [string, Field] => [
      `${definition.name.value}.${field.name.value}`,
      { returns: namedTypeOf(field.type), requires: requiredBy(field, joinField) },
    ]),
  )
  return new Map(fields)
}

function requiredBy(
  field: FieldDefinitionNode,
  joinField: ReadonlySet<string>,
): readonly SelectionSetNode[] {
  return (field.directives ?? [])
    .filter(({ name }) => joinField.has(name.value))
    .map((node) => argument(node, 'requires'))
    .filter((required) => typeof required === 'string')
    .map((required) => {
      const [operation] = parse(`{ ${required} }`, { noLocation: true }).definitions
      return (operation as OperationDefinitionNode).selectionSet
    })
}
