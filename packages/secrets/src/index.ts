export { createSecretBox, type SecretBox, SecretBoxError } from './secret-box.ts'
export { constantTimeEqual, randomToken, sha256 } from './tokens.ts'
