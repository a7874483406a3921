/**
 * What a use case returns: a value, or failures that the caller can mend. A refusal undoes the
 * writes of its transaction unless it says `keepWrites` (a replayed refresh token, for example,
 * must end the session although the caller is refused).
 */
export type Result<Value, Failure> = Success<Value> | Refusal<Failure>
export type Success<Value> = { readonly ok: true; readonly value: Value }
export type Refusal<Failure> = {
  readonly ok: false
  readonly errors: readonly Failure[]
  readonly keepWrites?: true
}

export const ok = <Value>(value: Value): Success<Value> => ({ ok: true, value })

function refuseWith<Failure>(...errors: readonly Failure[]): Refusal<Failure> {
  return { ok: false, errors }
}

function keeping<Failure>(...errors: readonly Failure[]): Refusal<Failure> {
  return { ok: false, errors, keepWrites: true }
}

/** Refuses with one or more failures; `refuse.keeping(…)` commits what was written before. */
export const refuse = Object.assign(refuseWith, { keeping })
