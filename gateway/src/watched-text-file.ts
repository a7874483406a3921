import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Logger } from '@logicspike/telemetry'

export type WatchedTextFile = {
  /** @throws Error where there is none to be had */
  read(): Promise<string>
  /** Calls back with every text that differs from the last one given out. Returns how to stop. */
  watch(onChange: (text: string) => void): () => void
  /** Looks at the file now rather than when the watcher next does. */
  check(): Promise<void>
}

/**
 * A file that is looked at once a second rather than by file system events, which do not arrive for
 * network mounts, bind mounts and replaced symbolic links. One that cannot be read is reported and
 * what was read before stays.
 * @param options.what it is, for the log: `the supergraph file`
 */
export function watchedTextFile(options: {
  path: string
  what: string
  log: Logger
  intervalMs?: number | undefined
}): WatchedTextFile {
  const { path, what, log, intervalMs = 1_000 } = options
  const listeners = new Set<(text: string) => void>()
  let last: string | null = null

  async function check(): Promise<void> {
    try {
      const text = await readFile(path, 'utf8')
      if (text === last) return
      last = text
      for (const listener of listeners) listener(text)
    } catch (error) {
      log.error({ err: error, path }, `${what} cannot be read; the last one stays`)
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
