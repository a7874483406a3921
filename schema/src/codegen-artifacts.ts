import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from './artifact.ts'
import type { ProjectPaths } from './project-paths.ts'
import type { Subgraph } from './read-subgraphs.ts'
import { generateResolverTypes } from './resolver-types.ts'

/** The resolver types of every subgraph, at `subgraphs/<name>/src/__generated__/resolvers.ts`. */
export function renderResolverTypes(
  subgraphs: readonly Subgraph[],
  paths: ProjectPaths,
): Promise<Artifact[]> {
  return Promise.all(
    subgraphs.map(async ({ name, document }) => ({
      path: `subgraphs/${name}/src/__generated__/resolvers.ts`,
      text: await generateResolverTypes(document, {
        contextType: `../context.ts#${pascalCase(name)}Context`,
        mappers: readMappers(join(paths.subgraphs, name, 'codegen.json')),
      }),
    })),
  )
}

/** `codegen.json` is optional: `{ "mappers": { "Person": "../modules/persons/person.entity.ts#Person" } }`. */
function readMappers(path: string): Record<string, string> {
  if (!existsSync(path)) return {}
  const config: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const mappers: unknown = isObject(config) ? config.mappers : undefined
  if (!isObject(mappers)) throw new Error(`${path}: "mappers" must be an object`)
  return Object.fromEntries(
    Object.entries(mappers).map(([type, target]) => {
      if (typeof target !== 'string' || !target.includes('#')) {
        throw new Error(`${path}: the mapper of ${type} must be "<module>#<type>"`)
      }
      return [type, target]
    }),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const pascalCase = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
