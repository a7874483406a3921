import { mkdirSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'graphql'
import { projectPaths } from '../src/project-paths.ts'
import { renderResolverTypes } from '../src/resolver-type-artifacts.ts'
import { generateResolverTypes } from '../src/resolver-types.ts'
import { libraryPaths, readLibrary } from './support/library.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

/** Generated text of one subgraph of the fixture. */
async function generateFor(name: string): Promise<string> {
  const artifacts = await renderResolverTypes(readLibrary(), libraryPaths)
  const path = `subgraphs/${name}/src/__generated__/resolvers.ts`
  return artifacts.find((artifact) => artifact.path === path)?.text ?? ''
}

describe('resolver types', () => {
  test('know the context of their subgraph and the types that codegen.json maps', async () => {
    const text = await generateFor('people')
    expect(text).toContain("import type { PeopleContext } from '../context.ts';")
    expect(text).toContain(
      "import type { PersonEntity } from '../modules/persons/person.entity.ts';",
    )
    expect(text).toContain('Person: ResolverTypeWrapper<PersonEntity>')
  })

  test('are typed for federation references', async () => {
    expect(await generateFor('lending')).toContain('__resolveReference?: ReferenceResolver<')
  })

  test('use Date for DateTime and a union of strings for an enum', async () => {
    const text = await generateFor('people')
    expect(text).toContain('DateTime: { input: Date; output: Date; }')
    expect(text).toMatch(/export type CardKind =\s.*\s+\| 'ANNUAL'/)
  })

  test('can be stripped by Node and hold no any', async () => {
    const text = await generateFor('people')
    expect(
      stripTypeScriptTypes(text)
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
        .trim(),
    ).toMatch(/^(export \{\};?)?;*\s*$/)
    expect(text.replace(/\/\*[\s\S]*?\*\//g, '')).not.toMatch(/\bany\b/)
  })

  test('keep the word any in descriptions', async () => {
    const document = parse('"At any, (any) time" type Query { a: Int }')
    const text = await generateResolverTypes(document, { contextType: './c.ts#C', mappers: {} })
    expect(text).toContain('/** At any, (any) time */')
  })

  test('use the TypeScript type that a subgraph names for its own scalar', async () => {
    const document = parse('scalar Money type Query { a: Money }')
    const options = { contextType: './c.ts#C', mappers: {}, scalars: { Money: 'bigint' } }
    expect(await generateResolverTypes(document, options)).toContain(
      'Money: { input: bigint; output: bigint; }',
    )
  })

  test('refuse a scalar that has no TypeScript type', async () => {
    const document = parse('scalar Money type Query { a: Money }')
    const options = { contextType: './c.ts#C', mappers: {} }
    await expect(generateResolverTypes(document, options)).rejects.toThrow(
      'Unknown scalar type Money',
    )
  })

  test('know the scalars of the subgraph', async () => {
    const document = parse('scalar Money type Query { a: Money }')
    const text = await generateResolverTypes(document, {
      contextType: './c.ts#C',
      mappers: {},
      scalars: { Money: 'bigint' },
    })
    expect(text).toContain('Money: { input: bigint; output: bigint; }')
  })

  test.each([
    ['{ "mappers": [] }', '"mappers" must name "<module>#<type>"'],
    ['{ "mappers": { "Person": "PersonEntity" } }', 'not Person: "PersonEntity"'],
    ['{ "scalars": { "Money": 1 } }', '"scalars" must name types, not Money: 1'],
  ])('refuse codegen.json with %s', async (json, message) => {
    using root = temporaryDirectory()
    mkdirSync(join(root.path, 'subgraphs/people'), { recursive: true })
    writeFileSync(join(root.path, 'subgraphs/people/codegen.json'), json)
    await expect(renderResolverTypes(readLibrary(), projectPaths(root.path))).rejects.toThrow(
      message,
    )
  })
})
