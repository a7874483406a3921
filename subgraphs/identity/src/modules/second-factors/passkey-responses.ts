import { z } from 'zod'

/** Longer than any authenticator's answer without attestation, shorter than an annoyance. */
const MAX_LENGTH = 16_384

const base64url = (maxLength = MAX_LENGTH) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[A-Za-z0-9_-]+$/)

/** Credential ids have at most 1023 bytes (WebAuthn Level 3 §4). */
const credentialId = base64url(1364)
const envelope = { id: credentialId, rawId: credentialId, type: z.literal('public-key') }

/** What `PublicKeyCredential.toJSON()` gives after `create()`: RegistrationResponseJSON, §5.1.8. */
export const registrationResponse = z
  .object({
    ...envelope,
    response: z.object({
      clientDataJSON: base64url(),
      attestationObject: base64url(),
      transports: z.array(z.string().max(32)).max(8).default([]),
    }),
  })
  .transform((answer) => ({ ...answer, clientExtensionResults: {} }))

/** What `PublicKeyCredential.toJSON()` gives after `get()`: AuthenticationResponseJSON, §5.1.8. */
export const assertionResponse = z
  .object({
    ...envelope,
    response: z.object({
      clientDataJSON: base64url(),
      authenticatorData: base64url(),
      signature: base64url(),
      /** Absent or null where the credential was found by a list of allowed ones. */
      userHandle: base64url(88).nullish(),
    }),
  })
  .transform(({ response: { userHandle, ...response }, ...answer }) => ({
    ...answer,
    response: { ...response, ...(userHandle && { userHandle }) },
    clientExtensionResults: {},
  }))

export type RegistrationResponse = z.output<typeof registrationResponse>
export type AssertionResponse = z.output<typeof assertionResponse>
