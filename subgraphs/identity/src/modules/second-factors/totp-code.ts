import { generateSecret, generateURI, verify } from 'otplib'

/** What every authenticator app understands, and for some the only thing (RFC 6238 §5, RFC 4226). */
const TOTP = { algorithm: 'sha1', digits: 6, period: 30 } as const

/**
 * Seconds that a code outlives its step, to be typed and sent: a code of the last step is taken in
 * the first five seconds of the next one (RFC 6238 §5.2); one of the future never is.
 */
const GRACE: [past: number, future: number] = [5, 0]

/** A new seed in base32: 160 bits, the length of the hash (RFC 4226 §4, R6). */
export const newTotpSeed = (): string => generateSecret({ length: 20 })

/**
 * The link behind the QR code that enrolls an app.
 * @param account shown by the app below the platform's name
 */
export const totpUri = (seed: string, account: string, issuer: string): string =>
  generateURI({ ...TOTP, issuer, label: account, secret: seed })

/**
 * The time step of which `code` is the code, or null where it is of none that counts now.
 * @param lastStep the newest step that was used up: codes of it and of earlier ones are dead, since
 *   a code is good for one use (RFC 6238 §5.2, ASVS 6.5.1)
 */
export async function findTimeStep(question: {
  seed: string
  code: string
  now: Date
  lastStep: number
}): Promise<number | null> {
  const token = question.code.replace(/\s/g, '')
  // The library throws at what is not six digits, and at a last step ahead of the clock.
  if (!/^\d{6}$/.test(token)) return null
  const epoch = Math.floor(question.now.getTime() / 1000)
  const answer = await verify({
    ...TOTP,
    secret: question.seed,
    token,
    epoch,
    epochTolerance: GRACE,
  })
  if (!answer.valid || !('timeStep' in answer)) return null
  return answer.timeStep > question.lastStep ? answer.timeStep : null
}
