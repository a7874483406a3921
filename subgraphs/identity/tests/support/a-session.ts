import type { Id } from '@logicspike/ids'
import { type IssuedTokens, startSession } from '../../src/modules/sessions/start-session.ts'
import type { EmailAddress } from '../../src/modules/users/email-address.ts'
import { User } from '../../src/modules/users/user.entity.ts'
import type { IdentityTestApp } from './identity-test-app.ts'

/** An account that exists, with a verified address and without any credential. */
export function aUser(app: IdentityTestApp): Promise<User> {
  return app.transaction(async (tx) => {
    const id = tx.ids('user')
    return tx.em.create(User, {
      id,
      email: `${id}@example.com` as EmailAddress,
      emailVerified: true,
      displayName: 'Ann',
      locale: null,
      status: 'active',
      closingTo: null,
      closingSince: null,
      createdAt: tx.clock.now(),
    })
  })
}

export type TestSession = {
  readonly userId: Id<'usr'>
  readonly sessionId: Id<'ses'>
  readonly accessToken: string
  /** Of the payload, or of the cookie. */
  readonly refreshToken: string
  readonly tokens: IssuedTokens
}

type Options = {
  readonly user?: { readonly id: Id<'usr'> }
  readonly amr?: readonly string[]
  readonly delivery?: 'COOKIE' | 'PAYLOAD'
  readonly clientId?: string
}

/** A session as a sign-in would start it, of a new user unless one is given. */
export async function aSession(app: IdentityTestApp, options: Options = {}): Promise<TestSession> {
  const { amr = ['pwd'], delivery = 'PAYLOAD', clientId } = options
  const userId = (options.user ?? (await aUser(app))).id
  const cookies: string[] = []
  const tokens = await app.transaction(
    (tx) => startSession(tx, { userId, amr, delivery, ...(clientId && { clientId }) }),
    { setCookie: (header) => cookies.push(header) },
  )
  return {
    userId,
    sessionId: tokens.session.id,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? cookieValue(cookies[0]),
    tokens,
  }
}

const cookieValue = (header = ''): string => /^[^=]+=([^;]*)/.exec(header)?.[1] ?? ''
