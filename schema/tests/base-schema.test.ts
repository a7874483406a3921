import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readBaseSchema } from '../src/base-schema.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

/** A git repository to commit API schemas in. */
function createRepository(root: string) {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('config', 'user.name', 'A Tester')
  git('config', 'user.email', 'tester@example.com')
  mkdirSync(join(root, 'schema'))
  const commit = (apiSdl: string, message: string): void => {
    writeFileSync(join(root, 'schema/api.graphql'), apiSdl)
    git('add', '.')
    git('commit', '--quiet', '--allow-empty', '--message', message)
  }
  return { git, commit }
}

describe('the schema that changes are measured against', () => {
  test('is that of the commit before, on the main branch', () => {
    using directory = temporaryDirectory()
    const { commit } = createRepository(directory.path)
    commit('first', 'One')
    commit('second', 'Two')
    commit('third', 'Three')
    expect(readBaseSchema(directory.path, 'main')?.apiSdl).toBe('second')
  })

  test('is that of the fork, on another branch', () => {
    using directory = temporaryDirectory()
    const { commit, git } = createRepository(directory.path)
    commit('first', 'One')
    git('checkout', '--quiet', '-b', 'change')
    commit('second', 'Two')
    commit('third', 'Three')
    expect(readBaseSchema(directory.path, 'main')?.apiSdl).toBe('first')
  })

  test('comes with the reasons why commits since then break it', () => {
    using directory = temporaryDirectory()
    const { commit, git } = createRepository(directory.path)
    commit('first', 'One\n\nSchema-Break: before the fork, so not ours')
    git('checkout', '--quiet', '-b', 'change')
    commit('second', 'Two\n\nSchema-Break: nobody has seen it yet')
    commit('third', 'Three')
    expect(readBaseSchema(directory.path, 'main')?.acceptedBreaks).toEqual([
      'nobody has seen it yet',
    ])
  })

  test('is none in the first commit', () => {
    using directory = temporaryDirectory()
    createRepository(directory.path).commit('first', 'One')
    expect(readBaseSchema(directory.path, 'main')).toBeNull()
  })

  test('is none outside a repository', () => {
    using directory = temporaryDirectory()
    expect(readBaseSchema(directory.path, 'main')).toBeNull()
  })
})
