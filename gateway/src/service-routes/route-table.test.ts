import { describe, expect, test } from '@jest/globals'
import { createRouteTable, isRoutePattern } from './route-table.ts'

const table = createRouteTable({
  '/*': { GET: 'public', '*': 'authenticated' },
  '/posts/*': { GET: 'public' },
  '/posts/:id': { GET: 'public', PUT: 'blog:posts.write' },
  '/posts/drafts': { GET: 'blog:drafts.read' },
  '/:section/new': { GET: 'authenticated' },
  '/admin/*': { '*': 'blog:settings.manage' },
})

test.each([
  ['GET', '/', '/*'],
  ['GET', '/x/y/z', '/*'],
  ['GET', '/posts', '/posts/*'],
  ['GET', '/posts/', '/posts/*'],
  ['GET', '/posts/1', '/posts/:id'],
  ['GET', '/posts/1/', '/posts/:id'],
  ['GET', '/posts/1/comments', '/posts/*'],
  ['GET', '/posts/drafts', '/posts/drafts'],
  ['GET', '/posts/new', '/posts/:id'],
  ['GET', '/pages/new', '/:section/new'],
  ['HEAD', '/posts/1', '/posts/:id'],
  ['DELETE', '/admin', '/admin/*'],
  ['GET', '/admin/x/y', '/admin/*'],
  ['GET', '/administrator', '/*'],
])('%s %s is ruled by %s', (method, path, pattern) => {
  expect(table.match(method, path)?.pattern).toBe(pattern)
})

describe('a method that the most specific pattern does not name', () => {
  test.each([
    ['DELETE', '/posts/1'],
    ['POST', '/posts'],
    ['PUT', '/posts/drafts'],
  ])('%s %s is not allowed by a less specific one', (method, path) => {
    expect(table.match(method, path)).toBeNull()
  })
})

test.each(['/ADMIN', '/Admin/x', '/posts/DRAFTS', '/Posts/1', '/pages/NEW'])(
  '%s is neither what it looks like nor anything else',
  (path) => {
    expect(table.match('GET', path)).toBeNull()
  },
)

test('methods say who may call', () => {
  expect(table.match('PUT', '/posts/1')?.access).toBe('blog:posts.write')
  expect(table.match('PATCH', '/x')?.access).toBe('authenticated')
  expect(table.match('constructor', '/posts/1')).toBeNull()
})

test.each(['/', '/a', '/a/:b', '/a/:b/c/*', '/*', '/a-b_c.d~'])('%s is a pattern', (text) => {
  expect(isRoutePattern(text)).toBe(true)
})

test.each([
  '',
  'a',
  '*',
  '/a/',
  '/*/a',
  '/a*',
  '//',
  '/a/../b',
  '/.a',
  '/a%20b',
  '/a?b',
  '/:',
  '/:1',
])('“%s” is none', (text) => {
  expect(isRoutePattern(text)).toBe(false)
})
