import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import fc from 'fast-check'
import { type Connection, parsePage, readPage } from './page.ts'
import { decodeCursor, encodeCursor } from './page-cursor.ts'

const workspaceId = newId('workspace')
const scope = ['member', workspaceId] as const
const ids = Array.from({ length: 7 }, () => newId('member')).sort()
const read = async ({ limit, afterId }: { limit: number; afterId: string | null }) =>
  ids
    .filter((id) => afterId === null || id > afterId)
    .slice(0, limit)
    .map((id) => ({ id }))

describe('cursors', () => {
  test('come back as what they were made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (list, owner, id) => {
        expect(decodeCursor([list, owner], encodeCursor([list, owner], id))).toBe(id)
      }),
    )
  })

  test('of another list, another owner or another version are refused', () => {
    const cursor = encodeCursor(scope, 'x')
    expect(decodeCursor(['role', workspaceId], cursor)).toBeNull()
    expect(decodeCursor(['member', newId('workspace')], cursor)).toBeNull()
    const other = Buffer.from(JSON.stringify([2, ...scope, 'x'])).toString('base64url')
    expect(decodeCursor(scope, other)).toBeNull()
  })

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeCursor(scope, text)).toBeNull()
      }),
    )
  })
})

describe('pages', () => {
  test('of any size, one after another, give the whole list once', async () => {
    for (let first = 1; first <= 8; first += 1) {
      const seen: string[] = []
      let after: string | null = null
      for (let more = true; more; ) {
        const page: Connection<{ id: string }> = await readPage(
          scope,
          parsePage(scope, { first, after }),
          read,
        )
        seen.push(...page.edges.map(({ node }) => node.id))
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
        more = page.pageInfo.hasNextPage
        after = page.pageInfo.endCursor
      }
      expect(seen).toEqual(ids)
    }
  })

  test('an empty page has null cursors', async () => {
    const page = await readPage(scope, parsePage(scope, {}), async () => [])
    expect(page.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    })
  })

  test.each([[0], [-1], [101]])('a size of %d is refused', (first) => {
    expect(() => parsePage(scope, { first })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    )
  })

  test.each([
    ['no cursor at all', 'garbage'],
    [
      'a cursor of another workspace',
      encodeCursor(['member', newId('workspace')], newId('member')),
    ],
    ['a cursor that holds no id', encodeCursor(scope, 'mem_\0')],
  ])('%s is refused', (_, after) => {
    expect(() => parsePage(scope, { after })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    )
  })
})
