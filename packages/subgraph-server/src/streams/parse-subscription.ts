import type { ErrorCode } from '@logicspike/errors'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql'

type Parsed =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] }

/** Texts come from the gateway's plans, so few of them are in use at a time. */
const REMEMBERED = 500

/** Parses and validates subscriptions; each text once, while it is remembered. */
export function subscriptionParser(
  schema: GraphQLSchema,
): (query: string, operationName: string | undefined) => Parsed {
  const remembered = new Map<string, Parsed>()

  function parseOnce(query: string): Parsed {
    const known = remembered.get(query)
    if (known) return known
    const [oldest] = remembered.keys()
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    const parsed = parseValid(schema, query)
    remembered.set(query, parsed)
    return parsed
  }

  return (query, operationName) => {
    const parsed = parseOnce(query)
    if (!parsed.ok) return parsed
    const operation = getOperationAST(parsed.document, operationName)
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return parsed
    const error = new GraphQLError('The document has no such subscription.')
    return refused([error], 'OPERATION_RESOLUTION_FAILURE')
  }
}

function parseValid(schema: GraphQLSchema, query: string): Parsed {
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    return errors.length > 0 ? refused(errors, 'GRAPHQL_VALIDATION_FAILED') : { ok: true, document }
  } catch (error) {
    if (error instanceof GraphQLError) return refused([error], 'GRAPHQL_PARSE_FAILED')
    throw error
  }
}

function refused(errors: readonly GraphQLError[], code: ErrorCode): Parsed {
  return { ok: false, errors: errors.map((error) => withCode(error, code)) }
}

/** The same error, with the code by which clients know it. */
export function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { message, nodes = null, source = null, positions = null } = error
  return new GraphQLError(message, { nodes, source, positions, extensions: { code } })
}
