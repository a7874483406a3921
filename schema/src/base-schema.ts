import { execFileSync } from 'node:child_process'

const apiSchemaPath = 'schema/api.graphql'

/** The API schema that changes are measured against, and what their authors said about breaking it. */
export type BaseSchema = {
  readonly commit: string
  readonly apiSdl: string
  /** Reasons given as `Schema-Break: <why>` trailers of the commits since then. */
  readonly acceptedBreaks: readonly string[]
}

/**
 * The API schema at the commit where this branch left `mainBranch`; on that branch itself, one commit back.
 * Null without history or when there was no API schema yet: then nothing can break.
 */
export function readBaseSchema(root: string, mainBranch: string): BaseSchema | null {
  const git = (...args: readonly string[]): string | null => runGit(root, args)
  const head = git('rev-parse', 'HEAD')
  const fork = git('merge-base', mainBranch, 'HEAD')
  const commit = fork === null || fork === head ? git('rev-parse', '--verify', 'HEAD~1') : fork
  if (commit === null) return null
  const apiSdl = git('show', `${commit}:${apiSchemaPath}`)
  if (apiSdl === null) return null
  const trailers = git('log', '--format=%(trailers:key=Schema-Break,valueonly)', `${commit}..HEAD`)
  return { commit, apiSdl, acceptedBreaks: (trailers ?? '').split('\n').filter(Boolean) }
}

/** Output of a git command; null when it fails, as it does in a source archive or a shallow clone. */
function runGit(root: string, args: readonly string[]): string | null {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}
