import { AppError } from '@logicspike/errors'
import { isId, type Noun } from '@logicspike/ids'
import { decodeCursor, encodeCursor } from './page-cursor.ts'

export const DEFAULT_PAGE_SIZE = 25
export const MAX_PAGE_SIZE = 100

/** What a list is of, and whose it is: a workspace's members, a user's memberships. */
export type PageScope = readonly [noun: Noun, owner: string]

export type PageArguments = {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

/** What a repository needs for a page: rows with `id > afterId`, in order of id. */
export type PageRequest = { readonly limit: number; readonly afterId: string | null }

export type Connection<Node> = {
  readonly edges: { readonly cursor: string; readonly node: Node }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/**
 * Lists are paged by id: ids are UUIDv7, so that is the order of creation, total and stable, and
 * one index serves it.
 * @throws AppError BAD_USER_INPUT for a size outside 1–100 or a cursor that is not of this list
 */
export function parsePage(scope: PageScope, { first, after }: PageArguments): PageRequest {
  const limit = first ?? DEFAULT_PAGE_SIZE
  if (limit < 1 || limit > MAX_PAGE_SIZE) {
    throw new AppError('BAD_USER_INPUT', `"first" must be from 1 to ${MAX_PAGE_SIZE}.`)
  }
  if (after === null || after === undefined) return { limit, afterId: null }
  const afterId = decodeCursor(scope, after)
  if (!isId(scope[0], afterId))
    throw new AppError('BAD_USER_INPUT', '"after" is no cursor of this list.')
  return { limit, afterId }
}

/** Reads one row more than asked for, to know whether another page exists. */
export async function readPage<Row extends { readonly id: string }>(
  scope: PageScope,
  page: PageRequest,
  read: (page: PageRequest) => Promise<readonly Row[]>,
): Promise<Connection<Row>> {
  const rows = await read({ ...page, limit: page.limit + 1 })
  const edges = rows
    .slice(0, page.limit)
    .map((node) => ({ cursor: encodeCursor(scope, node.id), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.limit,
      hasPreviousPage: page.afterId !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}
