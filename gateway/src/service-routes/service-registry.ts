import type { Logger } from '@logicspike/telemetry'
import { watchedTextFile } from '../watched-text-file.ts'
import { ServicesError } from './service-definition.ts'

/**
 * Where services are declared. What it tells is checked by the gateway, which knows its own routes:
 * an object as in `services.example.json`.
 */
export type ServiceRegistry = {
  /** @throws Error where nothing is to be had */
  read(): Promise<unknown>
  /** Calls back with every declaration that differs from the last one. Returns how to stop. */
  watch(onChange: (declared: unknown) => void): () => void
}

export type ServicesFile = ServiceRegistry & {
  /** Looks at the file now rather than when the watcher next does. */
  check(): Promise<void>
}

/** The file that `SERVICES_FILE` names. */
export function servicesFile(options: {
  path: string
  log: Logger
  intervalMs?: number
}): ServicesFile {
  const { path, log } = options
  const file = watchedTextFile({ ...options, what: 'the file of services' })
  return {
    read: async () => parse(await file.read(), path),
    watch: (onChange) =>
      file.watch((text) => {
        try {
          onChange(parse(text, path))
        } catch (error) {
          log.error({ err: error }, 'services update refused; the last ones stay')
        }
      }),
    check: file.check,
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ServicesError([`${path}: is no JSON; ${(error as Error).message}`])
  }
}
