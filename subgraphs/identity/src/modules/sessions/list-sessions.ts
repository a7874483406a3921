import { AppError } from '@logicspike/errors'
import type { SessionConnection } from '../../__generated__/resolvers.ts'
import type { IdentityContext } from '../../context.ts'
import { Session } from './session.entity.ts'
import { MAX_LIVE_SESSIONS } from './session-rules.ts'

const MAX_PAGE_SIZE = 100

type Page = Omit<SessionConnection, 'edges'> & {
  readonly edges: { readonly cursor: string; readonly node: Session }[]
}

/**
 * The live sessions of a user, newest first. There are at most twenty, so a page is cut from all.
 * @throws AppError BAD_USER_INPUT for a size outside 1–100 or a cursor that is not of this list
 */
export async function listSessions(
  ctx: Pick<IdentityContext, 'em' | 'clock'>,
  userId: Session['userId'],
  page: { readonly first?: number | null; readonly after?: string | null },
): Promise<Page> {
  const size = page.first ?? MAX_LIVE_SESSIONS
  if (size < 1 || size > MAX_PAGE_SIZE) {
    throw new AppError('BAD_USER_INPUT', `"first" must be from 1 to ${MAX_PAGE_SIZE}.`)
  }
  const live = await ctx.em.find(
    Session,
    { userId, endedAt: null, expiresAt: { $gt: ctx.clock.now() } },
    { orderBy: { id: 'desc' } },
  )
  const before = page.after == null ? null : idOfCursor(page.after)
  const rest = before === null ? live : live.filter(({ id }) => id < before)
  const edges = rest.slice(0, size).map((node) => ({ cursor: cursorOf(node.id), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: rest.length > edges.length,
      hasPreviousPage: rest.length < live.length,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

const CURSOR_PREFIX = 'sessions.1.'

const cursorOf = (id: string): string => Buffer.from(CURSOR_PREFIX + id).toString('base64url')

function idOfCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!text.startsWith(CURSOR_PREFIX)) {
    throw new AppError('BAD_USER_INPUT', '"after" is no cursor of this list.')
  }
  return text.slice(CURSOR_PREFIX.length)
}
