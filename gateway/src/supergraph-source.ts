import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Logger } from '@logicspike/telemetry'

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

/**
 * The file that `npm run compose` writes. It is looked at once a second rather than by file system
 * events, which do not arrive for network mounts, bind mounts and replaced symbolic links.
 * A file that cannot be read is reported and what was read before stays.
 */
export function supergraphFile(options: {
  path: string
  log: Logger
  intervalMs?: number
}): SupergraphFile {
  const { path, log, intervalMs = 1_000 } = options
  const listeners = new Set<(supergraphSdl: string) => void>()
  let last: string | null = null

  async function check(): Promise<void> {
    try {
      const text = await readFile(path, 'utf8')
      if (text === last) return
      last = text
      for (const listener of listeners) listener(text)
    } catch (error) {
      log.error({ err: error, path }, 'the supergraph file cannot be read; the last one stays')
    }
  }

  return {
    async read() {
      last = await readFile(path, 'utf8')
      return last
    },
    watch(onChange) {
      const look = () => void check()
      listeners.add(onChange)
      watchFile(path, { interval: intervalMs, persistent: false }, look)
      return () => {
        listeners.delete(onChange)
        unwatchFile(path, look)
      }
    },
    check,
  }
}

/** A supergraph that is already in memory and never changes. */
export function fixedSupergraph(supergraphSdl: string): SupergraphSource {
  return { read: async () => supergraphSdl, watch: () => () => undefined }
}
