import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { findDrift, writeArtifacts } from '../src/artifact.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

const artifacts = [
  { path: 'schema/a.graphql', text: 'type A { a: Int }\n' },
  { path: 'schema/b.graphql', text: 'type B { b: Int }\n' },
]

describe('drift', () => {
  test('is none right after writing', () => {
    using directory = temporaryDirectory()
    writeArtifacts(directory.path, artifacts)
    expect(findDrift(directory.path, artifacts)).toEqual([])
  })

  test('names files that are missing or were edited by hand', () => {
    using directory = temporaryDirectory()
    mkdirSync(join(directory.path, 'schema'))
    writeFileSync(join(directory.path, 'schema/b.graphql'), 'type B { c: Int }\n')
    expect(findDrift(directory.path, artifacts)).toEqual([
      { path: 'schema/a.graphql', kind: 'missing' },
      { path: 'schema/b.graphql', kind: 'outdated' },
    ])
  })
})

describe('writing', () => {
  test('touches only what changed', () => {
    using directory = temporaryDirectory()
    expect(writeArtifacts(directory.path, artifacts)).toHaveLength(2)
    writeFileSync(join(directory.path, 'schema/b.graphql'), '')
    expect(writeArtifacts(directory.path, artifacts)).toEqual(['schema/b.graphql'])
    expect(readFileSync(join(directory.path, 'schema/b.graphql'), 'utf8')).toBe(
      'type B { b: Int }\n',
    )
  })
})
