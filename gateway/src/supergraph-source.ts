import type { Logger } from '@logicspike/telemetry'
import { watchedTextFile } from './watched-text-file.ts'

/** Where the composed supergraph comes from, and news of it. */
export type SupergraphSource = {
  /** @throws Error where there is none to be had */
  read(): Promise<string>
  /** Calls back with every text that differs from the last one given out. Returns how to stop. */
  watch(onChange: (supergraphSdl: string) => void): () => void
}

export type SupergraphFile = SupergraphSource & {
  /** Looks at the file now rather than when the watcher next does. */
  check(): Promise<void>
}

/** The file that `npm run compose` writes. */
export function supergraphFile(options: {
  path: string
  log: Logger
  intervalMs?: number
}): SupergraphFile {
  return watchedTextFile({ ...options, what: 'the supergraph file' })
}

/** A supergraph that is already in memory and never changes. */
export function fixedSupergraph(supergraphSdl: string): SupergraphSource {
  return { read: async () => supergraphSdl, watch: () => () => undefined }
}
