import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createChunkReader } from './chunk-reader.ts'
import type { HttpError } from './http-error.ts'

const read = (text: string, most = 100) => createChunkReader(most).read(Buffer.from(text, 'latin1'))

function kindOf(text: string, most?: number): HttpError['kind'] | null {
  try {
    read(text, most)
    return null
  } catch (error) {
    return (error as HttpError).kind
  }
}

test('chunks are put together, byte by byte or at once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }),
      fc.boolean(),
      (chunks, isLoud) => {
        const size = (count: number) => count.toString(16)
        const sent = Buffer.concat([
          ...chunks.flatMap((chunk) => [
            Buffer.from(`${isLoud ? size(chunk.length).toUpperCase() : size(chunk.length)}\r\n`),
            chunk,
            Buffer.from('\r\n'),
          ]),
          Buffer.from('0\r\n\r\n'),
        ])
        const body = Buffer.concat(chunks)
        expect(createChunkReader(1_000).read(sent)).toEqual(body)
        const reader = createChunkReader(1_000)
        const results = Array.from(sent, (byte) => reader.read(Buffer.of(byte)))
        expect(results.pop()).toEqual(body)
        expect(results.filter(Boolean)).toEqual([])
      },
    ),
    { numRuns: 200 },
  )
})

test('what was read is kept in memory of its own', () => {
  const reader = createChunkReader(100)
  const buffer = Buffer.from('4\r\nabcd\r\n1')
  expect(reader.read(buffer)).toBeNull()
  buffer.fill('?')
  expect(reader.read(Buffer.from('\r\ne\r\n0\r\n\r\n'))?.toString()).toBe('abcde')
})

describe('no chunks are', () => {
  test.each([
    ['a size that is no number', 'g\r\n'],
    ['no size', '\r\n'],
    ['an extension without size', ';a=1\r\n'],
    ['a size with a sign', '+1\r\nx\r\n'],
    ['a size below nothing', '-1\r\nx\r\n'],
    ['a size written as hex', '0x1\r\nx\r\n'],
    ['a size after a space', ' 1\r\nx\r\n'],
    ['a size in two parts', '1 1\r\nx\r\n'],
    ['a size of nine digits', '000000001\r\nx\r\n'],
    ['a size that ends in LF alone', '1\nx\r\n0\r\n\r\n'],
    ['LF alone in an extension', '1;a\n2\r\nx\r\n'],
    ['CR alone in an extension', '1;a\r2\r\nx\r\n'],
    ['data longer than its size', '1\r\nxy\r\n'],
    ['data followed by the next size', '1\r\nx1\r\ny\r\n'],
    ['a trailer that is no field', '0\r\nHTTP/1.1 200 OK\r\n\r\n'],
    ['a continued trailer', '0\r\na: b\r\n c\r\n\r\n'],
    ['LF alone in a trailer', '0\r\na: b\nc: d\r\n\r\n'],
    ['LF alone after the last', '0\r\n\nx: y\r\n\r\n'],
    ['bytes after the last', '0\r\n\r\n\r\n'],
  ])('%s', (_, text) => {
    expect(kindOf(text)).toBe('malformed')
  })

  test('lines longer than anybody needs, whether they end or not', () => {
    expect(kindOf(`1;${'a'.repeat(4_094)}\r\nx\r\n`)).toBeNull()
    expect(kindOf(`1;${'a'.repeat(4_094)}\r`)).toBeNull()
    expect(kindOf(`1;${'a'.repeat(4_095)}\r\nx\r\n`)).toBe('malformed')
    expect(kindOf(`1;${'a'.repeat(4_096)}`)).toBe('malformed')
    expect(kindOf(`0\r\nx: ${'a'.repeat(5_000)}`)).toBe('malformed')
  })
})

test('chunks may hold as much as allowed, and no more', () => {
  expect(read('2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n', 4)?.toString()).toBe('abcd')
  expect(kindOf('2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n', 3)).toBe('large')
  expect(kindOf('ffffffff\r\nabcd', 3)).toBe('large')
})
