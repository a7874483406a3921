import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql'
import { parseSubgraphBody, textOf } from '../../../src/subgraph-links/read-subgraph-body.ts'
import type { SubgraphLink } from '../../../src/subgraph-links/subgraph-link.ts'
import { find, required, resolveField, type Thing } from './shop.ts'

type Context = { readonly salt: number }

const plainResolver: GraphQLFieldResolver<Thing, Context> = (self, args, { salt }, info) =>
  resolveField(info.parentType.name, info.fieldName, self ?? ({} as Thing), args, { salt })

/** Answers as one graphql-js schema would that had every resolver itself. */
export function monolith(schema: GraphQLSchema) {
  return async (
    document: DocumentNode,
    variableValues: Record<string, unknown>,
    salt: number,
  ): Promise<ExecutionResult> =>
    execute({
      schema,
      document,
      variableValues,
      contextValue: { salt },
      fieldResolver: plainResolver,
    })
}

function resolveReferences(
  type: GraphQLObjectType | GraphQLInterfaceType,
  resolveReference: (representation: Record<string, unknown>) => Thing | null,
): void {
  type.extensions = { ...type.extensions, apollo: { subgraph: { resolveReference } } }
}

/** A subgraph's schema over the same data: what it knows of an entity is its representation. */
function subgraphSchema(sdl: string): GraphQLSchema {
  const schema = buildSubgraphSchema(parse(sdl))
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type)) {
      resolveReferences(type, (key) => find(type.name, key))
    }
    if (!isObjectType(type) || type.name.startsWith('_')) continue
    resolveReferences(type, (representation) => {
      const found = find(type.name, representation)
      // An interface that stands here as an object has no other name here.
      return found && { ...found, __typename: type.name, received: representation }
    })
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue
      field.resolve = (self: Thing, args, { salt }: Context, info) => {
        const received = self?.received as Record<string, unknown> | undefined
        const isNeeding = `${type.name}.${info.fieldName}` in required
        const options = isNeeding && received ? { salt, needed: received } : { salt }
        return resolveField(type.name, info.fieldName, self ?? ({} as Thing), args, options)
      }
    }
  }
  return schema
}

/** A link to a subgraph that runs here. Its answers go through JSON, as over a network. */
export function subgraphLink(name: string, sdl: string): SubgraphLink {
  const schema = subgraphSchema(sdl)
  const documents = new Map<string, DocumentNode>()
  const documentOf = (text: string): DocumentNode => {
    const known = documents.get(text)
    if (known) return known
    const document = parse(text, { noLocation: true })
    documents.set(text, document)
    return document
  }
  return {
    name,
    async graphql({ query, variables, headers }) {
      const result = await execute({
        schema,
        document: documentOf(query),
        variableValues: JSON.parse(String(variables)),
        contextValue: { salt: Number(headers['x-salt']) },
      })
      return { body: parseSubgraphBody(name, textOf(withoutCodes(result))), setCookies: [] }
    },
    http: () => Promise.reject(new Error('unused')),
    subscribe: () => Promise.reject(new Error('unused')),
    close: async () => undefined,
  }
}

const withoutCodes = ({ data, errors }: ExecutionResult) => ({
  data,
  ...(errors && { errors: errors.map(({ message, path }) => ({ message, path })) }),
})
