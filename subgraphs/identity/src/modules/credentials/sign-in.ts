import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import type { Delivery } from '../sessions/session-rules.ts'
import { finishSignIn, type SignInProgress } from '../sign-in/finish-sign-in.ts'
import type { SignInRefusal } from '../sign-in/sign-in.errors.ts'
import { type InvalidCredentialsError, invalidCredentials } from './credential.errors.ts'
import { deliverDevice } from './known-device.ts'
import {
  acceptPasswordProof,
  type PasswordAttempt,
  type PasswordProof,
  provePassword,
} from './prove-password.ts'

type Input = PasswordAttempt & { readonly delivery: Delivery }

export type SignedIn = {
  readonly progress: SignInProgress
  /** Null where a cookie carries it. */
  readonly deviceToken: string | null
}

type Failure = InvalidInputError | InvalidCredentialsError | SignInRefusal

/**
 * Signs in with a password. That an account exists, is not verified or is closed shows only after
 * the right password; before that, all wrong tries look alike.
 * @throws AppError RATE_LIMITED, or SERVICE_UNAVAILABLE where too many hashes wait
 */
export async function signIn(
  ctx: IdentityContext,
  input: Input,
): Promise<Result<SignedIn, Failure>> {
  const proof = await provePassword(ctx, input)
  return proof.ok ? inTransaction(ctx, (tx) => enter(tx, input, proof.value)) : proof
}

async function enter(
  tx: IdentityContext,
  { delivery }: Input,
  proof: PasswordProof,
): Promise<Result<SignedIn, Failure>> {
  const user = await acceptPasswordProof(tx, proof)
  if (!user) return refuse(invalidCredentials())
  const progress = await finishSignIn(tx, { user, amr: ['pwd'], delivery })
  if (!progress.ok) return progress
  return ok({ progress: progress.value, deviceToken: deliverDevice(tx, user.id, delivery) })
}
