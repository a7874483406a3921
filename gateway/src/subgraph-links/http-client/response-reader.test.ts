import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { HttpError } from './http-error.ts'
import { createResponseReader, type HttpResponse } from './response-reader.ts'

const MOST = 1_000
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

/** Reads as a connection does: into one buffer again and again, old bytes after the new ones. */
function readerOf(maxBodyBytes = MOST, stale = HEAD) {
  const reader = createResponseReader(maxBodyBytes)
  const buffer = Buffer.alloc(200_000)
  return {
    end: reader.end,
    read(part: string | Buffer): HttpResponse | null {
      buffer.fill(stale)
      const bytes = Buffer.from(part as string)
      bytes.copy(buffer)
      return reader.read(buffer, bytes.length)
    },
  }
}

/** What the last part gives; the others must give nothing. */
function readAll(parts: readonly (string | Buffer)[], max = MOST): HttpResponse | null {
  const reader = readerOf(max)
  const responses = parts.map((part) => reader.read(part))
  expect(responses.slice(0, -1).filter(Boolean)).toEqual([])
  return responses.at(-1) ?? reader.end()
}

function kindOf(read: () => unknown): HttpError['kind'] | null {
  try {
    read()
    return null
  } catch (error) {
    return (error as HttpError).kind
  }
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % bytes.length))].filter((n) => n > 0)
  const borders = [0, ...at.sort((one, other) => one - other), bytes.length]
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end))
}

const body = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '',
    '{"data":{"å":"日本語 🎈"}}',
    '{"a":"b\\n"}',
    '{"a":1}',
    '\r\n\r\n',
    HEAD,
    '0\r\n\r\n',
  ),
)
const interim = fc.constantFrom(
  '',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 102\r\n\r\n',
)
const framing = fc.constantFrom('length', 'chunked', 'until-end')
const extension = fc.constantFrom('', ';a', ' ; a="b;c"', '; x=0')
const trailers = fc.constantFrom('', 'x-sum: 1\r\n', 'content-length: 9\r\nb:\r\n')

/** Bytes of a body in chunks of some size, which cut characters anywhere. */
function inChunks(text: string, size: number, after: string, trailing: string): Buffer {
  const bytes = Buffer.from(text)
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size)
    parts.push(Buffer.from(`${chunk.length.toString(16)}${after}\r\n`), chunk, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from(`000${after}\r\n${trailing}\r\n`)])
}

test('however its bytes are cut, a response is the same', () => {
  fc.assert(
    fc.property(
      fc.record({
        body,
        interim,
        framing,
        extension,
        trailers,
        size: fc.integer({ min: 1, max: 9 }),
      }),
      fc.oneof(fc.array(fc.nat(), { maxLength: 12 }), fc.constant(null)),
      ({ body, interim, framing, extension, trailers, size }, places) => {
        const head = {
          length: `Content-Length:\t${Buffer.byteLength(body)} \r\n`,
          chunked: 'Transfer-Encoding: Chunked\r\n',
          'until-end': '',
        }[framing]
        const sent = Buffer.concat([
          Buffer.from(`${interim}HTTP/1.1 418 I'm a teapot\r\n${head}Set-Cookie: a=1; b\r\n\r\n`),
          framing === 'chunked' ? inChunks(body, size, extension, trailers) : Buffer.from(body),
        ])
        const parts = cut(sent, places ?? Array.from(sent.keys()))
        const text = Buffer.from(body).toString()
        const plain = !/[^\0-\x7f]|\\/.test(text)
        const rest = { status: 418, setCookies: ['a=1; b'], keepMs: null }
        expect(readAll(parts)).toEqual({ ...rest, text, plain })
      },
    ),
    { numRuns: 300 },
  )
})

test('responses follow each other on one connection', () => {
  const reader = readerOf()
  const texts = [`${HEAD}first`, `${CHUNKED}2\r\nab\r\n0\r\n\r\n`, `${HEAD}third`]
  for (const text of [...texts, ...texts]) expect(reader.read(text)).not.toBeNull()
  expect(reader.read(`${CHUNKED}1\r\nx`)).toBeNull()
  expect(reader.read('\r\n0\r\n\r\n')?.text).toBe('x')
})

describe('bytes of an earlier read, after those that were received', () => {
  test('do not end a head', () => {
    const reader = readerOf(MOST, '\r\n\r\n')
    for (const part of ['HTTP/1.1 200 OK\r\ncontent-length: 2', '\r\nx: y', '\r\n', '\r']) {
      expect(reader.read(part)).toBeNull()
    }
    expect(reader.read('\nok')?.text).toBe('ok')
  })

  test('do not fill a body', () => {
    const reader = readerOf(MOST, 'stale')
    expect(reader.read(`${HEAD}fr`)).toBeNull()
    expect(reader.read('es')).toBeNull()
    expect(reader.read('h')?.text).toBe('fresh')
  })

  test('do not fill chunks', () => {
    const reader = readerOf(MOST, '5\r\nstale\r\n0\r\n\r\n')
    expect(reader.read(CHUNKED)).toBeNull()
    expect(reader.read('5\r\nfresh\r\n')).toBeNull()
    expect(reader.read('0\r\n\r\n')?.text).toBe('fresh')
  })
})

describe('a response without body', () => {
  test.each([204, 304])('%d is whole with its head, whatever that says', (status) => {
    const text = `HTTP/1.1 ${status} x\r\ncontent-length: 7\r\n\r\n`
    expect(readAll([text])).toMatchObject({ status, text: '' })
  })

  test('may say that its length is 0, in several words', () => {
    const text = 'HTTP/1.1 200\r\ncontent-length: 0\r\nContent-Length: 0\r\n\r\n'
    expect(readAll([text])).toMatchObject({ status: 200, text: '' })
  })
})

describe('what could be read in two ways is refused:', () => {
  const withLines = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`
  test.each([
    ['a length and a coding', withLines('content-length: 5', 'transfer-encoding: chunked')],
    ['a coding and a length', withLines('transfer-encoding: chunked', 'content-length: 5')],
    ['two lengths', withLines('content-length: 5', 'content-length: 6')],
    ['two lengths in one line', withLines('content-length: 5, 5')],
    ['a length with a sign', withLines('content-length: +5')],
    ['a negative length', withLines('content-length: -5')],
    ['a length in hex', withLines('content-length: 0x5')],
    ['a length with a fraction', withLines('content-length: 5.0')],
    ['an empty length', withLines('content-length:')],
    ['a length that is no exact number', withLines('content-length: 9999999999999999')],
    ['other whitespace around a length', withLines('content-length: \u00a05')],
    ['other whitespace around a coding', withLines('transfer-encoding: \vchunked')],
    ['another coding', withLines('transfer-encoding: gzip')],
    ['another coding before chunks', withLines('transfer-encoding: gzip, chunked')],
    ['chunks twice', withLines('transfer-encoding: chunked', 'transfer-encoding: chunked')],
    ['an unknown coding', withLines('transfer-encoding: xchunked')],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['a continued line', withLines('x: a', ' content-length: 5')],
    ['a line continued by a tab', withLines('x: a', '\tb')],
    ['a line without colon', withLines('content-length')],
    ['a line without name', withLines(': 5')],
    ['a space before the colon', withLines('content-length : 5')],
    ['a name of other characters', withLines('content\u00e9: 5')],
    ['a bare LF in a value', withLines('x: y\ntransfer-encoding: chunked', 'content-length: 5')],
    ['a bare CR in a value', withLines('x: y\rz', 'content-length: 5')],
    ['a CR before the end of a line', withLines('content-length: 5\r')],
    ['NUL in a value', withLines('x: \0', 'content-length: 5')],
    ['a bare LF in the status line', 'HTTP/1.1 200 OK\nx: y\r\ncontent-length: 5\r\n\r\n'],
    ['an encoded body', withLines('content-encoding: gzip', 'content-length: 5')],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['another version', 'HTTP/1.2 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['HTTP/0.9', '<html>\r\n\r\n</html>'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status of no class', 'HTTP/1.1 600 OK\r\n\r\n'],
    ['an empty line before the status line', `\r\n\r\n${HEAD}`],
  ])('%s', (_, text) => {
    const bytes = Buffer.from(text, 'latin1')
    const reader = readerOf()
    expect(kindOf(() => readerOf().read(bytes))).toBe('malformed')
    expect(kindOf(() => bytes.forEach((byte) => void reader.read(Buffer.of(byte))))).toBe(
      'malformed',
    )
  })

  test.each([
    ['bytes after the end', `${HEAD}hello!`],
    ['a second response', `${HEAD}hello${HEAD}hello`],
    ['bytes after no body', 'HTTP/1.1 204 No Content\r\n\r\nx'],
    ['bytes after chunks', `${CHUNKED}0\r\n\r\nx`],
  ])('%s', (_, text) => {
    expect(kindOf(() => readerOf().read(text))).toBe('malformed')
  })

  test('an HTTP/2 server’s first frame waits for no end', () => {
    const settings = Buffer.from('000012040000000000', 'hex')
    const reader = readerOf()
    expect(reader.read(settings)).toBeNull()
    expect(reader.end()).toBeNull()
  })
})

describe('what is too long is refused:', () => {
  test('a head, however it is cut', () => {
    const head = `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(66_000)}\r\ncontent-length: 0\r\n\r\n`
    expect(kindOf(() => readerOf().read(head))).toBe('large')
    const reader = readerOf()
    expect(reader.read(head.slice(0, 60_000))).toBeNull()
    expect(kindOf(() => reader.read(head.slice(60_000)))).toBe('large')
  })

  test('a head without end', () => {
    expect(kindOf(() => readerOf().read('H'.repeat(65_537)))).toBe('large')
  })

  test('a body whose length is told, before any of it is taken', () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${MOST + 1}\r\n\r\n`
    expect(kindOf(() => readerOf().read(head))).toBe('large')
    expect(kindOf(() => readerOf().read(`${head}${'x'.repeat(MOST + 1)}`))).toBe('large')
  })

  test('a body that ends with its connection', () => {
    const reader = readerOf()
    expect(reader.read(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(MOST)}`)).toBeNull()
    expect(kindOf(() => reader.read('x'))).toBe('large')
  })

  test('chunks', () => {
    const reader = readerOf()
    expect(reader.read(`${CHUNKED}fff\r\n${'x'.repeat(MOST)}`)).toBeNull()
    expect(kindOf(() => reader.read('x'))).toBe('large')
  })

  test('but a body as long as allowed is taken', () => {
    const text = 'x'.repeat(MOST)
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${MOST}\r\n\r\n`
    expect(readAll([head, text])?.text).toBe(text)
    expect(readAll([`${head}${text}`])?.text).toBe(text)
    expect(readAll(['HTTP/1.1 200 OK\r\n\r\n', text])?.text).toBe(text)
    expect(readAll([CHUNKED, `3e8\r\n${text}\r\n0\r\n\r\n`])?.text).toBe(text)
  })
})

describe('a response that the end of the connection cuts off is none:', () => {
  test.each([
    ['nothing', ''],
    ['a part of the head', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['an interim response', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['a part of the body', `${HEAD}hell`],
    ['chunks without the last', `${CHUNKED}1\r\nx\r\n`],
    ['chunks without the line after their trailers', `${CHUNKED}1\r\nx\r\n0\r\nx: y\r\n`],
  ])('%s', (_, text) => {
    const reader = readerOf()
    expect(reader.read(text)).toBeNull()
    expect(reader.end()).toBeNull()
  })
})

describe('for how long a connection may be kept', () => {
  test.each([
    ['as long as we like', '1.1', '', null],
    ['as long as we like', '1.1', 'connection: keep-alive', null],
    ['a second less than the server keeps it', '1.1', 'keep-alive: timeout=5', 4_000],
    ['a second less than the server keeps it', '1.1', 'Keep-Alive: max=9, timeout=72', 71_000],
    ['not at all', '1.1', 'keep-alive: timeout=1', 0],
    ['not at all', '1.1', 'keep-alive: timeout=0', 0],
    ['not at all', '1.1', 'Connection: Close', 0],
    ['not at all', '1.1', 'connection: keep-alive\r\nconnection: x, close', 0],
    ['not at all', '1.1', 'connection: close\r\nkeep-alive: timeout=5', 0],
    ['not at all', '1.0', '', 0],
    ['as long as we like', '1.0', 'connection: keep-alive', null],
    ['as long as we like', '1.1', 'connection: not-close, closed', null],
    ['as long as we like', '1.1', 'keep-alive: xtimeout=1', null],
  ])('%s: HTTP/%s %s', (_, version, line, keepMs) => {
    const lines = [line, 'content-length: 0'].filter(Boolean).join('\r\n')
    expect(readAll([`HTTP/${version} 200 OK\r\n${lines}\r\n\r\n`])?.keepMs).toBe(keepMs)
  })
})
