/** An entry of a GraphQL answer's `errors`, as the platform sends it. */
export type PlatformErrorEntry = {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly requestId?: string }
}

/** The platform refused, or part of the answer failed. `code` is the first entry's. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly code: string
  readonly errors: readonly PlatformErrorEntry[]
  /** What was answered beside the errors; null where nothing was. */
  readonly data: unknown

  constructor(errors: readonly PlatformErrorEntry[], data: unknown = null) {
    super(errors[0]?.message ?? 'The platform gave no answer.')
    this.code = errors[0]?.extensions?.code ?? 'INTERNAL'
    this.errors = errors
    this.data = data
  }
}
