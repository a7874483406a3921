import type { FastifyInstance } from 'fastify'

/**
 * Makes requests over HTTP/2 what they are over HTTP/1.1, so that whoever reads or answers them need
 * not know by which of the two they came: they have a `host`, for which `:authority` goes before
 * what a client says beside it (RFC 9113 §8.3.1), and answers tell nothing of connections (§8.2.2).
 */
export function useHttp2(http: FastifyInstance): void {
  http.addHook('onRequest', async ({ raw }) => {
    const authority = raw.headers[':authority']
    if (typeof authority === 'string') raw.headers.host = authority
  })
  http.addHook('onSend', async ({ raw }, reply) => {
    if (raw.httpVersionMajor === 2) reply.removeHeader('connection')
  })
}
