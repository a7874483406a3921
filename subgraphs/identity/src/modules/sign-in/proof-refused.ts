import type { Proof } from '../second-factors/proof.ts'
import {
  type PasskeyRefusedError,
  passkeyRefused,
  type WrongCodeError,
  wrongCode,
} from './sign-in.errors.ts'

/** What is said of a proof that does not hold. */
export function proofRefused(
  method: Proof['method'],
  triesLeft: number,
): WrongCodeError | PasskeyRefusedError {
  switch (method) {
    case 'TOTP':
      return wrongCode('totpCode', triesLeft)
    case 'RECOVERY_CODE':
      return wrongCode('recoveryCode', triesLeft)
    case 'PASSKEY':
      return passkeyRefused()
  }
}
