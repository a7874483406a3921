import {
  ACCESS_TOKEN_AUDIENCE,
  type AccessTokenClaims,
  accessTokenTtlSeconds,
  serialiseScope,
} from '@logicspike/auth'
import type { Id } from '@logicspike/ids'
import type { Session } from '../sessions/session.entity.ts'
import type { Signer } from './signer.ts'

/** What a membership allows, as tenancy said a moment ago. */
export type WorkspaceGrant = {
  readonly workspaceId: Id<'wks'>
  /** Exact permission strings. */
  readonly permissions: readonly string[]
  readonly services: readonly string[]
  /** Of the membership. */
  readonly epoch: number
}

export type MintedToken = {
  readonly accessToken: string
  readonly expiresAt: Date
  /** RFC 8693 §4.2. */
  readonly scope: string
  /** Null for a token that is neutral of workspaces. */
  readonly workspaceId: Id<'wks'> | null
}

type SessionFacts = Pick<
  Session,
  'id' | 'userId' | 'clientId' | 'epoch' | 'amr' | 'authTime' | 'expiresAt'
>

export type TokenMinter = {
  /**
   * A user's token: for the workspace of the grant, or neutral and without permissions. It ends with
   * the session at the latest.
   */
  forSession(session: SessionFacts, grant?: WorkspaceGrant | null): Promise<MintedToken>
  /** A service's token in its own name (client credentials). */
  forClient(clientId: string, permissions: readonly string[]): Promise<MintedToken>
}

type Variable = Omit<AccessTokenClaims, 'iss' | 'aud' | 'jti' | 'iat' | 'exp' | 'scope'>

/** Mints access tokens (RFC 9068) that live for five minutes, give or take a tenth. */
export function createTokenMinter(deps: {
  issuer: string
  signer: Signer
  clock: { now(): Date }
  random: (bytes?: number) => string
}): TokenMinter {
  async function mint(
    claims: Variable,
    permissions: readonly string[],
    bounds: { workspaceId: Id<'wks'> | null; notAfter: Date | null },
  ): Promise<MintedToken> {
    const { workspaceId, notAfter } = bounds
    const iat = seconds(deps.clock.now())
    const latest = notAfter ? seconds(notAfter) : Number.POSITIVE_INFINITY
    // A second at least: RFC 7519 knows no token that ends when it begins.
    const exp = Math.max(iat + 1, Math.min(iat + accessTokenTtlSeconds(Math.random), latest))
    const scope = serialiseScope(permissions)
    const accessToken = await deps.signer.sign({
      iss: deps.issuer,
      aud: ACCESS_TOKEN_AUDIENCE,
      jti: deps.random(16),
      iat,
      exp,
      scope,
      ...(workspaceId && { tid: workspaceId }),
      ...claims,
    })
    return { accessToken, expiresAt: new Date(exp * 1000), scope, workspaceId }
  }

  return {
    forSession: (session, grant = null) =>
      mint(
        {
          sub: session.userId,
          sid: session.id,
          client_id: session.clientId,
          services: grant ? grant.services.toSorted() : [],
          ep: { s: session.epoch, ...(grant && { m: grant.epoch }) },
          amr: session.amr,
          auth_time: seconds(session.authTime),
        },
        grant?.permissions ?? [],
        { workspaceId: grant?.workspaceId ?? null, notAfter: session.expiresAt },
      ),
    forClient: (clientId, permissions) =>
      mint({ sub: clientId, client_id: clientId, services: [], ep: {} }, permissions, {
        workspaceId: null,
        notAfter: null,
      }),
  }
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1000)
