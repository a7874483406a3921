import {
  createPasswordHasher,
  type PasswordHasher,
} from '../../src/modules/credentials/password-hash.ts'

/** Argon2id at its least, for tests that are not about its strength. */
export const cheapHasher = (): PasswordHasher =>
  createPasswordHasher({ parameters: { memoryCost: 8, timeCost: 1, parallelism: 1 } })
