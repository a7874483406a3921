import type { FieldDefinitionNode } from 'graphql'
import type { LintRule } from '../lint-rule.ts'
import { rootFields, typeText } from '../sdl-nodes.ts'

/**
 * One argument `input` of the mutation's own type, so that it can grow without breaking a client.
 * A mutation that needs nothing to be told, such as `signOut`, has no argument: GraphQL has no empty input.
 */
export const mutationInputs: LintRule = {
  name: 'mutation-inputs',
  check: ({ subgraph: { document } }) =>
    rootFields(document, 'Mutation').flatMap((node) =>
      takesOwnInput(node)
        ? []
        : [
            {
              node,
              message: `Mutation.${node.name.value} takes one argument, "input: ${inputName(node)}!"`,
            },
          ],
    ),
}

function takesOwnInput(mutation: FieldDefinitionNode): boolean {
  const [first, ...rest] = mutation.arguments ?? []
  if (first === undefined) return true
  const isInput = first.name.value === 'input' && typeText(first.type) === `${inputName(mutation)}!`
  return isInput && rest.length === 0
}

const inputName = ({ name }: FieldDefinitionNode): string =>
  `${name.value.slice(0, 1).toUpperCase()}${name.value.slice(1)}Input`
