import { GraphQLError, GraphQLScalarType, type ValueNode, valueFromASTUntyped } from 'graphql'

/** The `WebAuthnJson` of the schema: any JSON object; what it must hold, the use cases check. */
export const webAuthnJsonScalar = new GraphQLScalarType<object, object>({
  name: 'WebAuthnJson',
  serialize: requireObject,
  parseValue: requireObject,
  parseLiteral: (node: ValueNode, variables) => requireObject(valueFromASTUntyped(node, variables)),
})

function requireObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new GraphQLError('A WebAuthnJson is a JSON object.', {
    extensions: { code: 'BAD_USER_INPUT' },
  })
}
