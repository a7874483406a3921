import { type ASTNode, type DirectiveNode, Kind, valueFromASTUntyped } from 'graphql'

type Annotated = ASTNode & { readonly directives?: readonly DirectiveNode[] | undefined }

/** The first use of a directive on a node. */
export const findDirective = (node: Annotated, name: string): DirectiveNode | undefined =>
  node.directives?.find((directive) => directive.name.value === name)

/** Whether a node carries a directive. */
export const hasDirective = (node: Annotated, name: string): boolean =>
  findDirective(node, name) !== undefined

/** A string argument of a directive; null when it is absent or of another kind. */
export function readStringArgument(directive: DirectiveNode, name: string): string | null {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name)
  return argument?.value.kind === Kind.STRING ? argument.value.value : null
}

/** The value of a directive's argument as plain data; undefined when it is absent. */
export function readArgument(directive: DirectiveNode, name: string): unknown {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name)
  return argument === undefined ? undefined : valueFromASTUntyped(argument.value)
}

/**
 * The scopes of `@requiresScopes`: the outer list is "or", an inner list is "and".
 * Null without the directive. A single value stands for a list of one, as GraphQL coerces it.
 */
export function readScopes(node: Annotated): readonly (readonly string[])[] | null {
  const directive = findDirective(node, 'requiresScopes')
  if (directive === undefined) return null
  return asList(readArgument(directive, 'scopes')).map((group) =>
    asList(group).filter((scope) => typeof scope === 'string'),
  )
}

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]
