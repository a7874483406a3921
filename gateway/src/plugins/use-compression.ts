import { promisify } from 'node:util'
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  gzip,
  gzipSync,
  type InputType,
} from 'node:zlib'
import type { FastifyInstance, FastifyReply } from 'fastify'
import Negotiator from 'negotiator'

/** Characters or bytes. What is shorter fits a packet anyway. */
const SMALLEST = 1_024
/** Characters or bytes, from where a thread of its own costs less than a loop that stands still. */
const LARGE = 16 * 1_024

/** Answers are new each time, so time counts more than the last percent of their size. */
const BROTLI = {
  params: {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: 4,
  },
}
const GZIP = { level: 4 }
const brotliInThread = promisify((text: InputType, done: Done) =>
  brotliCompress(text, BROTLI, done),
)
const gzipInThread = promisify((text: InputType, done: Done) => gzip(text, GZIP, done))

type Done = (error: Error | null, bytes: Buffer) => void

type Compressor = {
  now(text: InputType): Buffer
  inThread(text: InputType): Promise<Buffer>
}

const compressors = {
  br: { now: (text) => brotliCompressSync(text, BROTLI), inThread: brotliInThread },
  gzip: { now: (text) => gzipSync(text, GZIP), inThread: gzipInThread },
} satisfies Record<string, Compressor>

const ENCODINGS = Object.keys(compressors) as (keyof typeof compressors)[]

/**
 * Compresses text that the gateway wrote itself, where the client says that it takes it. What is
 * passed on from others is a stream and stays as it came, and so do streams of events and parts.
 * docs/decisions/0028-what-the-door-speaks.md tells why nothing secret is told by a length.
 */
export function useCompression(http: FastifyInstance): void {
  http.addHook('onSend', (request, reply, payload, done) => {
    if (!isText(payload) || payload.length < SMALLEST || !mayBeEncoded(reply)) {
      return done()
    }
    const vary = reply.getHeader('vary')
    reply.header('vary', vary === undefined ? 'accept-encoding' : `${vary}, accept-encoding`)
    const encoding = encodingFor(request.headers['accept-encoding'])
    if (!encoding) return done()
    reply.header('content-encoding', encoding).removeHeader('content-length')
    const { now, inThread } = compressors[encoding]
    if (payload.length < LARGE) return done(null, now(payload))
    inThread(payload).then((bytes) => done(null, bytes), done)
  })
}

/** Written here in one piece, as characters or as bytes. */
const isText = (payload: unknown): payload is string | Buffer =>
  typeof payload === 'string' || Buffer.isBuffer(payload)

/** An answer that sets cookies may carry a session's tokens, and be asked for by a stranger's page. */
function mayBeEncoded(reply: FastifyReply): boolean {
  if (reply.hasHeader('content-encoding') || reply.hasHeader('set-cookie')) return false
  return !/^(?:text\/event-stream|multipart\/)/i.test(String(reply.getHeader('content-type')))
}

/** Brotli rather than gzip wherever a client takes both. */
function encodingFor(accepted: string | string[] | undefined): keyof typeof compressors | null {
  if (accepted === undefined) return null
  const taken = new Negotiator({ headers: { 'accept-encoding': accepted } }).encodings(ENCODINGS)
  return ENCODINGS.find((encoding) => taken.includes(encoding)) ?? null
}
