import { composeServices } from '@apollo/composition'
import { type GraphQLSchema, parse } from 'graphql'

/** The head of a subgraph's SDL: federation and the platform's own access directives. */
export const HEAD = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
      "@key" "@shareable" "@external" "@requires" "@provides" "@inaccessible" "@interfaceObject"
      "@authenticated" "@requiresScopes" "@policy" "@composeDirective" "@override"
      "@cost" "@listSize"
    ])
    @link(url: "https://specs.logicspike.com/access/v1.0", import: ["@public", "@entitled", "@live"])
    @composeDirective(name: "@public")
    @composeDirective(name: "@entitled")
    @composeDirective(name: "@live")
  directive @public on FIELD_DEFINITION
  directive @entitled(service: String!) repeatable on FIELD_DEFINITION
  directive @live(sharedBy: String!) on FIELD_DEFINITION
`

/** Name → SDL, with HEAD in front unless the SDL links federation itself. */
export type Subgraphs = Readonly<Record<string, string>>

export const withHead = (sdl: string): string => (sdl.includes('@link(') ? sdl : `${HEAD}\n${sdl}`)

/** Composes as `npm run compose` does. @throws Error with every problem */
export function compose(
  subgraphs: Subgraphs,
  url: (name: string) => string = (name) => `http://${name}.invalid/graphql`,
): { sdl: string; schema: GraphQLSchema } {
  const result = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: url(name),
      typeDefs: parse(withHead(sdl)),
    })),
  )
  if (result.errors) throw new Error(result.errors.map(({ message }) => message).join('\n'))
  return { sdl: result.supergraphSdl, schema: result.schema.toAPISchema().toGraphQLJSSchema() }
}
