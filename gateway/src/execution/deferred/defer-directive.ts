import {
  type ASTVisitor,
  DirectiveLocation,
  type DirectiveNode,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLError,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  Kind,
  type ValidationContext,
} from 'graphql'

/** As of the incremental delivery of 2022-08-24, which Apollo Client and urql understand. */
const GraphQLDeferDirective = new GraphQLDirective({
  name: 'defer',
  description: 'Lets the server send this fragment later than the rest of the response.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    label: { type: GraphQLString, description: 'Names the part of the response.' },
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'Deferred only where this is true.',
    },
  },
})

/** The schema, of the same types, with `@defer`. */
export function withDeferDirective(schema: GraphQLSchema): GraphQLSchema {
  const { directives, ...config } = schema.toConfig()
  const others = directives.filter(({ name }) => name !== GraphQLDeferDirective.name)
  return new GraphQLSchema({ ...config, directives: [...others, GraphQLDeferDirective] })
}

/** Labels tell parts of a response apart: they are written out, and each is there once. */
export function deferLabelsRule(context: ValidationContext): ASTVisitor {
  const seen = new Map<string, DirectiveNode>()
  return {
    Directive(node) {
      if (node.name.value !== GraphQLDeferDirective.name) return
      const label = node.arguments?.find(({ name }) => name.value === 'label')?.value
      if (!label || label.kind === Kind.NULL) return
      if (label.kind !== Kind.STRING) {
        const message = 'The label of a @defer must be written out as a string.'
        context.reportError(new GraphQLError(message, { nodes: node }))
        return
      }
      const other = seen.get(label.value)
      if (other) {
        const message = 'The label of a @defer must be used by no other.'
        context.reportError(new GraphQLError(message, { nodes: [other, node] }))
      }
      seen.set(label.value, node)
    },
  }
}
