import type { z } from 'zod'

/** A typed question one service asks another, outside the public graph. */
export type InternalCall<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> = {
  /** Who answers. */
  readonly service: string
  /** Unique per service; the last part of `POST /internal/<name>`. */
  readonly name: string
  /** Which services may ask. Anybody else is refused, whatever key they hold. */
  readonly callers: readonly string[]
  readonly input: Input
  readonly output: Output
}

export function defineInternalCall<Input extends z.ZodType, Output extends z.ZodType>(
  call: InternalCall<Input, Output>,
): InternalCall<Input, Output> {
  return call
}

export type InputOf<C extends InternalCall> = z.input<C['input']>
export type OutputOf<C extends InternalCall> = z.output<C['output']>
