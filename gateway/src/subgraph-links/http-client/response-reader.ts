import { isAscii } from 'node:buffer'
import { createChunkReader } from './chunk-reader.ts'
import { HttpError, malformed, tooLarge } from './http-error.ts'

/**
 * Reads HTTP/1.1 responses (RFC 9112) from the bytes of a connection, one at a time, and takes each
 * body as text. It is strict: what could be read in two ways is refused rather than guessed, since
 * a wrong guess would give one caller's answer to another.
 */
export type ResponseReader = {
  /**
   * @param bytes valid during the call only, the first `length` of them
   * @returns the response once it is whole; null until then
   * @throws HttpError where the bytes are no response, or one that is too long
   */
  read(bytes: Buffer, length: number): HttpResponse | null
  /**
   * The other side has ended the connection.
   * @returns the response where that is what ends it
   */
  end(): HttpResponse | null
}

export type HttpResponse = {
  readonly status: number
  readonly setCookies: readonly string[]
  readonly text: string
  /** Its text is ASCII and has no backslash: in JSON, no string of it needs escaping. */
  readonly plain: boolean
  /** How long the connection may be kept, in milliseconds: 0 not at all, null as long as we like. */
  readonly keepMs: number | null
}

const MOST_HEAD_BYTES = 64 * 1024
const HEAD_END = Buffer.from('\r\n\r\n')
const BACKSLASH = 0x5c

type Head = {
  readonly status: number
  readonly setCookies: readonly string[]
  readonly keepMs: number | null
  /** Bytes of the body; `chunked`, or until the connection ends. */
  readonly length: number | 'chunked' | 'until-end'
}

export function createResponseReader(maxBodyBytes: number): ResponseReader {
  let head: Head | null = null
  let chunks = createChunkReader(maxBodyBytes)
  /** Copies of what came before and was not enough. */
  let kept: Buffer[] = []
  let keptLength = 0

  function keep(bytes: Buffer): null {
    kept.push(Buffer.from(bytes))
    keptLength += bytes.length
    return null
  }

  /** Everything received of what is being read. */
  function all(bytes: Buffer): Buffer {
    if (kept.length === 0) return bytes
    const whole = Buffer.concat([...kept, bytes])
    kept = []
    keptLength = 0
    return whole
  }

  /** The usual case: all of a response at once, its length said. Null for any other, looked at anew. */
  function readWhole(bytes: Buffer, length: number): HttpResponse | null {
    const end = bytes.indexOf(HEAD_END)
    const begin = end + HEAD_END.length
    if (end < 0 || end > MOST_HEAD_BYTES || begin > length) return null
    const read = parseHead(bytes.toString('latin1', 0, end))
    if (read.status < 200 || read.length !== length - begin || read.length > maxBodyBytes)
      return null
    return whole(read, bytes.subarray(begin, length))
  }

  function readHead(bytes: Buffer): HttpResponse | null {
    const received = all(bytes)
    const end = received.indexOf(HEAD_END)
    if ((end < 0 ? received.length : end) > MOST_HEAD_BYTES) {
      throw new HttpError('large', `a head of more than ${MOST_HEAD_BYTES} bytes`)
    }
    if (end < 0) return keep(received)
    return begin(
      parseHead(received.toString('latin1', 0, end)),
      received.subarray(end + HEAD_END.length),
    )
  }

  function begin(read: Head, rest: Buffer): HttpResponse | null {
    // Interim responses (RFC 9110 §15.2) come before the one that counts.
    if (read.status < 200) return rest.length > 0 ? readHead(rest) : null
    if (typeof read.length === 'number' && read.length > maxBodyBytes) throw tooLarge(maxBodyBytes)
    head = read
    if (read.length === 'chunked') chunks = createChunkReader(maxBodyBytes)
    return readBody(read, rest)
  }

  function readBody(head: Head, bytes: Buffer): HttpResponse | null {
    const { length } = head
    if (length === 'chunked') return readChunks(head, bytes)
    const received = keptLength + bytes.length
    if (length === 'until-end') {
      if (received > maxBodyBytes) throw tooLarge(maxBodyBytes)
      return keep(bytes)
    }
    if (received < length) return keep(bytes)
    if (received > length) throw new HttpError('malformed', 'more bytes than the answer has')
    return whole(head, all(bytes))
  }

  function readChunks(head: Head, bytes: Buffer): HttpResponse | null {
    const body = chunks.read(bytes)
    return body && whole(head, body)
  }

  function whole({ status, setCookies, keepMs }: Head, body: Buffer): HttpResponse {
    head = null
    const isPlain = isAscii(body)
    const text = isPlain ? body.toString('latin1') : body.toString('utf8')
    return { status, setCookies, keepMs, text, plain: isPlain && !body.includes(BACKSLASH) }
  }

  return {
    read(bytes, length) {
      const isBeginning = head === null && keptLength === 0
      const response = isBeginning ? readWhole(bytes, length) : null
      if (response) return response
      const received = length === bytes.length ? bytes : bytes.subarray(0, length)
      return head ? readBody(head, received) : readHead(received)
    },
    end() {
      if (head?.length !== 'until-end') return null
      const ended = head
      return whole(ended, all(Buffer.alloc(0)))
    },
  }
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~\w]+$/
/** Where others might see the end of a line, or of a text. */
const STRAY_END = /\0|\r(?!\n)|(?<!\r)\n/
/** Whitespace around a value. What else `trim` takes away belongs to the value. */
const AROUND = /^[ \t]+|[ \t]+$/g

type Fields = {
  length: string | null
  coding: string | null
  readonly setCookies: string[]
  connection: string
  keepAlive: string
}

/** What is done with the fields that matter to who only wants the body. */
const TAKE: Readonly<Record<string, (fields: Fields, value: string) => void>> = {
  'content-length': (fields, value) => {
    if (fields.length !== null && fields.length !== value) throw malformed('two lengths')
    fields.length = value
  },
  'transfer-encoding': (fields, value) => {
    fields.coding = fields.coding === null ? value : `${fields.coding}, ${value}`
  },
  'set-cookie': ({ setCookies }, value) => setCookies.push(value),
  connection: (fields, value) => {
    fields.connection += `,${value.toLowerCase()}`
  },
  'keep-alive': (fields, value) => {
    fields.keepAlive = value
  },
  'content-encoding': (_, value) => {
    if (value !== 'identity') throw malformed(`an answer in ${value}, which was not asked for`)
  },
}

function parseHead(text: string): Head {
  if (STRAY_END.test(text)) throw malformed('a line that ends in the middle')
  const [statusLine = '', ...lines] = text.split('\r\n')
  const match = STATUS_LINE.exec(statusLine)
  if (!match) throw malformed('no HTTP/1.1 status line')
  const status = Number(match[2])
  // Nobody asked for another protocol.
  if (status === 101) throw malformed('another protocol')
  const isHttp11 = match[1] === '1'
  const fields: Fields = {
    length: null,
    coding: null,
    setCookies: [],
    connection: '',
    keepAlive: '',
  }
  for (const line of lines) takeField(fields, line)
  return {
    status,
    setCookies: fields.setCookies,
    length: bodyLength(status, isHttp11, fields),
    keepMs: keepTime(isHttp11, fields),
  }
}

function takeField(fields: Fields, line: string): void {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(0, colon)).toLowerCase()
  // A continued line (RFC 9112 §5.2) begins with a space, which no name does.
  if (!FIELD_NAME.test(name)) throw malformed('a header line that is none')
  if (Object.hasOwn(TAKE, name)) TAKE[name]?.(fields, line.slice(colon + 1).replace(AROUND, ''))
}

/** RFC 9112 §6.3, refusing what it calls ambiguous. */
function bodyLength(status: number, isHttp11: boolean, { length, coding }: Fields): Head['length'] {
  if (status < 200 || status === 204 || status === 304) return 0
  if (coding !== null) {
    if (length !== null) throw malformed('a length and a transfer coding')
    if (!isHttp11 || coding.toLowerCase() !== 'chunked')
      throw malformed(`the transfer coding ${coding}`)
    return 'chunked'
  }
  if (length === null) return 'until-end'
  if (!/^\d{1,15}$/.test(length)) throw malformed('a length that is no number')
  return Number(length)
}

/** Before that many milliseconds are over at the other side, we let go of a connection. */
const MARGIN_MS = 1_000

function keepTime(isHttp11: boolean, { connection, keepAlive }: Fields): number | null {
  const options = connection.split(',').map((option) => option.trim())
  if (options.includes('close')) return 0
  if (!isHttp11 && !options.includes('keep-alive')) return 0
  const seconds = /(?:^|[,;\s])timeout=(\d{1,6})/i.exec(keepAlive)?.[1]
  return seconds === undefined ? null : Math.max(0, Number(seconds) * 1_000 - MARGIN_MS)
}
