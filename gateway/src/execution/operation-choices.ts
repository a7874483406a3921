import {
  type BooleanValueNode,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
  visit,
} from 'graphql'
import { conditionVariables } from './response-shape.ts'

/** A variable by which `@skip` and `@include` of an operation decide. */
export type Choice = { readonly name: string; readonly otherwise: boolean }

/** What a request chose by `@skip` and `@include`: the value of each variable that is in them. */
export type Choices = Readonly<Record<string, boolean>>

/** With more there are too many operations in one; these are planned with their conditions in them. */
const MOST_CHOICES = 4

/** @param operation as expandFragments makes it */
export function choicesIn(operation: OperationDefinitionNode): readonly Choice[] {
  const names = conditionVariables(operation)
  if (names.length > MOST_CHOICES) return []
  return names.map((name) => {
    const definition = operation.variableDefinitions?.find(
      ({ variable }) => variable.name.value === name,
    )
    const { defaultValue } = definition ?? {}
    return { name, otherwise: defaultValue ? valueFromASTUntyped(defaultValue) === true : false }
  })
}

/** @param variables as sent */
export function choicesOf(
  choices: readonly Choice[],
  variables: Readonly<Record<string, unknown>> = {},
): Choices {
  return Object.fromEntries(
    // Null is a value that was given, and chooses nothing.
    choices.map(({ name, otherwise }) => {
      const given = variables[name]
      return [name, given === undefined ? otherwise : given === true]
    }),
  )
}

/**
 * The operation as it is for these choices. The planner has been seen to ask for a field under its
 * condition and to need it without: what else the same fetch asked for was then not to be had.
 */
export function withChoices(
  operation: OperationDefinitionNode,
  choices: Choices,
): OperationDefinitionNode {
  return visit(operation, {
    Directive(node) {
      if (node.name.value !== 'skip' && node.name.value !== 'include') return
      return {
        ...node,
        arguments: node.arguments?.map((argument) => {
          const { value } = argument
          const choice = value.kind === Kind.VARIABLE ? choices[value.name.value] : undefined
          return choice === undefined ? argument : { ...argument, value: literal(choice) }
        }),
      }
    },
  })
}

const literal = (value: boolean): BooleanValueNode => ({ kind: Kind.BOOLEAN, value })
