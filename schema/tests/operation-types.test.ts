import { describe, expect, test } from '@jest/globals'
import { parse } from 'graphql'
import { composeSupergraph } from '../src/compose-supergraph.ts'
import { generateOperationTypes, renderOperationTypes } from '../src/operation-types.ts'
import { projectPaths } from '../src/project-paths.ts'
import { libraryPaths, readLibrary } from './support/library.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

/** API schema of the fixture. */
function libraryApi(): string {
  const composition = composeSupergraph(readLibrary())
  if (!composition.ok) throw new Error(composition.errors.join('\n'))
  return composition.apiSdl
}

describe('operation types', () => {
  test('are written beside the operations of a client', async () => {
    const [artifact] = await renderOperationTypes(libraryApi(), libraryPaths)
    expect(artifact?.path).toBe('packages/sdk/src/__generated__/operations.ts')
    expect(artifact?.text).toContain('export const ViewerDocument = ')
    expect(artifact?.text).toContain(
      'export type ViewerQuery = { viewer: { id: string, joinedAt: string, card: CardKind } | null };',
    )
  })

  test('are none for a client without operations', async () => {
    using root = temporaryDirectory()
    expect(await renderOperationTypes(libraryApi(), projectPaths(root.path))).toEqual([])
  })

  test('take ids as text', async () => {
    const sdl = 'query Person($id: ID!) { person(id: $id) { id } }'
    const text = await generateOperationTypes(libraryApi(), [parse(sdl)])
    expect(text).toMatch(/PersonQueryVariables = Exact<\{\s+id: string;\s+\}>/)
  })

  test('refuse an operation that the API does not answer', async () => {
    const document = parse('query Viewer { viewer { shoeSize } }')
    await expect(generateOperationTypes(libraryApi(), [document])).rejects.toThrow(
      'Cannot query field "shoeSize" on type "Person"',
    )
  })
})
