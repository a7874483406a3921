import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from './artifact.ts'
import type { ProjectPaths } from './project-paths.ts'
import type { Subgraph } from './read-subgraphs.ts'
import { generateResolverTypes, type ResolverTypesOptions } from './resolver-types.ts'

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
        ...readConfig(join(paths.subgraphs, name, 'codegen.json')),
      }),
    })),
  )
}

/**
 * `codegen.json` is optional: `{ "mappers": { "Person": "../modules/persons/person.entity.ts#Person" },
 * "scalars": { "Money": "bigint" } }`.
 */
function readConfig(path: string): Pick<ResolverTypesOptions, 'mappers' | 'scalars'> {
  if (!existsSync(path)) return { mappers: {} }
  const config: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const { mappers = {}, scalars = {} } = isObject(config) ? config : {}
  return {
    mappers: texts(mappers, /#/, `${path}: "mappers" must name "<module>#<type>"`),
    scalars: texts(scalars, /./, `${path}: "scalars" must name types`),
  }
}

function texts(value: unknown, shape: RegExp, problem: string): Record<string, string> {
  if (!isObject(value)) throw new Error(problem)
  return Object.fromEntries(
    Object.entries(value).map(([type, target]) => {
      if (typeof target === 'string' && shape.test(target)) return [type, target]
      throw new Error(`${problem}, not ${type}: ${JSON.stringify(target)}`)
    }),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const pascalCase = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
