import { connect } from 'node:net'

export type RawAnswer = {
  readonly status: number
  readonly head: string
  readonly body: string
  /** The body as it came. */
  readonly bytes: Buffer
}

/**
 * Sends exactly these header lines over a socket of its own, which no client library would, and
 * reads the answer to its end. The length of the body is told unless `ownLength` says that the
 * header lines do.
 */
export function sendRaw(
  port: number,
  requestLine: string,
  headers: readonly string[],
  options: { body?: string; ownLength?: boolean } = {},
): Promise<RawAnswer> {
  const { body = '', ownLength = false } = options
  const length = body === '' || ownLength ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const hasConnection = headers.some((line) => line.toLowerCase().startsWith('connection:'))
  const lines = [
    requestLine,
    'Host: gateway.example',
    ...(hasConnection ? [] : ['Connection: close']),
    ...length,
    ...headers,
  ]
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const parts: Buffer[] = []
    socket.on('error', reject)
    socket.on('data', (part) => parts.push(part))
    socket.on('end', () => {
      const received = Buffer.concat(parts)
      const end = received.indexOf('\r\n\r\n')
      const head = received.toString('latin1', 0, end)
      const bytes = received.subarray(end + 4)
      resolve({ status: Number(head.split(' ')[1]), head, body: bytes.toString('utf8'), bytes })
    })
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  })
}

export const postGraphQL = (port: number, query: string, headers: readonly string[]) =>
  sendRaw(port, 'POST /graphql HTTP/1.1', ['Content-Type: application/json', ...headers], {
    body: JSON.stringify({ query }),
  })
