import { type Id, isId } from '@logicspike/ids'
import { SecretBoxError } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import type { Delivery } from '../sessions/session-rules.ts'

/** Tells a device on which somebody gave the right password before. See README.md, Limits. */
export const DEVICE_COOKIE = '__Host-ls_device'

const YEAR_SECONDS = 365 * 86_400
const CONTEXT = 'known-device'

export type KnownDevice = {
  readonly userId: Id<'usr'>
  readonly deviceId: string
  readonly rememberedAt: Date
}

/**
 * A sealed note that this device belongs to the user. It proves nothing but that, opens nothing,
 * and only gives the device a count of wrong passwords that strangers cannot use up.
 */
function rememberDevice(
  ctx: Pick<IdentityContext, 'clock' | 'random' | 'secretBox'>,
  userId: Id<'usr'>,
): string {
  const note = [userId, ctx.random(16), ctx.clock.now().getTime()]
  return ctx.secretBox.seal(JSON.stringify(note), CONTEXT)
}

/**
 * Remembers the device of this request for a user.
 * @returns the note for the payload, or null where it went into a cookie
 */
export function deliverDevice(
  ctx: Pick<IdentityContext, 'clock' | 'random' | 'secretBox' | 'setCookie'>,
  userId: Id<'usr'>,
  delivery: Delivery,
): string | null {
  const note = rememberDevice(ctx, userId)
  if (delivery === 'PAYLOAD') return note
  ctx.setCookie(deviceCookie(note))
  return null
}

const deviceCookie = (note: string): string =>
  `${DEVICE_COOKIE}=${note}; Max-Age=${YEAR_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Strict`

/** The device of a note, from the input or the cookie; null where there is none that we made. */
export function readDevice(
  ctx: Pick<IdentityContext, 'cookies' | 'secretBox'>,
  given: string | null | undefined,
): KnownDevice | null {
  const note = given ?? ctx.cookies[DEVICE_COOKIE]
  if (!note || note.length > 500) return null
  const [userId, deviceId, time] = openNote(ctx, note)
  if (!isId('user', userId) || typeof deviceId !== 'string' || typeof time !== 'number') return null
  return { userId, deviceId, rememberedAt: new Date(time) }
}

function openNote(ctx: Pick<IdentityContext, 'secretBox'>, note: string): unknown[] {
  try {
    return JSON.parse(ctx.secretBox.open(note, CONTEXT)) as unknown[]
  } catch (error) {
    if (error instanceof SecretBoxError) return []
    throw error
  }
}
