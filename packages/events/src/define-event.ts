import type { z } from 'zod'

/** One event type: a fact that has happened, named `<noun>.<past verb>`. */
export type EventDefinition<Data extends z.ZodType = z.ZodType> = {
  /** Raised on every change of `data` that a listener could notice. */
  readonly version: number
  readonly description: string
  readonly data: Data
  /** `internal` where it is between services: then it can be published as nothing else. */
  readonly class?: 'internal'
}

export function defineEvent<Data extends z.ZodType>(
  definition: EventDefinition<Data>,
): EventDefinition<Data> {
  return definition
}
