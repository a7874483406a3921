import type { OperationDefinitionNode } from 'graphql'
import { conditionVariables } from './response-shape.ts'

type Variables = Readonly<Record<string, unknown>>

/** More choices of `@skip` and `@include` than anybody has; the forms are made anew beyond. */
const MOST_FORMS = 64

/**
 * Makes what depends on the `@skip` and `@include` of an operation once for each choice of them.
 * @param make given the values of the variables in those directives
 */
export function formsByCondition<Form>(
  operation: OperationDefinitionNode,
  make: (conditions: Variables) => Form,
): (variables: Variables) => Form {
  const names = conditionVariables(operation)
  const forms = new Map<string, Form>()
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? 1 : 0)).join('')
    const known = forms.get(key)
    if (known) return known
    const form = make(Object.fromEntries(names.map((name) => [name, variables[name] === true])))
    if (forms.size >= MOST_FORMS) forms.clear()
    forms.set(key, form)
    return form
  }
}
