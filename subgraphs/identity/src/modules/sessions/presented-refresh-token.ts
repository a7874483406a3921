import { AppError } from '@logicspike/errors'
import { constantTimeEqual } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import { REFRESH_COOKIE } from './refresh-cookie.ts'
import { familyHash, type ParsedRefreshToken, parseRefreshToken } from './refresh-token.ts'
import { Session } from './session.entity.ts'
import { clientIdOf } from './session-rules.ts'

/** A refresh token as a request brought it, not looked at yet. */
export type PresentedRefreshToken = {
  readonly token: string
  /** The only client whose sessions it may continue. */
  readonly clientId: string
  /** Where the input names it; null for the cookie. */
  readonly path: string[] | null
}

type Request = Pick<IdentityContext, 'cookies' | 'origin' | 'config'>

/**
 * The refresh token of a request: from the input, or else from the cookie. Browsers add the cookie
 * by themselves, so it counts only in requests of our own pages, as the Origin says; the gateway
 * has seen to the JSON content type, which no form can send (ASVS 3.5.1–3.5.3).
 * @throws AppError FORBIDDEN for a cookie without an Origin of ours
 */
export function presentedRefreshToken(
  ctx: Request,
  given: string | null | undefined,
): PresentedRefreshToken | null {
  if (given) return { token: given, clientId: clientIdOf('PAYLOAD'), path: ['refreshToken'] }
  const cookie = ctx.cookies[REFRESH_COOKIE]
  if (!cookie) return null
  if (!ctx.origin || !ctx.config.allowedOrigins.includes(ctx.origin)) throw foreignOrigin(ctx)
  return { token: cookie, clientId: clientIdOf('COOKIE'), path: null }
}

const foreignOrigin = ({ origin }: Request) =>
  new AppError('FORBIDDEN', 'This can only be asked for by the pages of the platform.', {
    detail: `refresh cookie with origin ${origin ?? 'absent'}`,
  })

/**
 * The session that a token belongs or belonged to: any generation of its family names it. Says
 * nothing about whether the token is still good.
 */
export async function findSessionOfFamily(
  ctx: Pick<IdentityContext, 'em'>,
  token: string,
): Promise<Session | null> {
  const parsed = parseRefreshToken(token)
  const session = parsed && (await ctx.em.findOne(Session, { id: parsed.sessionId }))
  return session && isOfFamily(session, parsed) ? session : null
}

/** The same, for the one client that the token was issued to. */
export async function findSessionOfToken(
  ctx: Pick<IdentityContext, 'em'>,
  presented: Pick<PresentedRefreshToken, 'token' | 'clientId'>,
): Promise<Session | null> {
  const session = await findSessionOfFamily(ctx, presented.token)
  return session?.clientId === presented.clientId ? session : null
}

/** Whether a token was, at some time, the refresh token of this session. */
export const isOfFamily = (
  session: Pick<Session, 'familyHash'>,
  { family }: Pick<ParsedRefreshToken, 'family'>,
): boolean => constantTimeEqual(familyHash(family), session.familyHash)
