import { connect } from 'node:net'

export type RawAnswer = { readonly status: number; readonly body: string }

/**
 * Sends a GraphQL query with exactly these header lines over a socket of its own: twice the same
 * one, odd cases, line breaks, whatever no client library would send.
 */
export function sendRaw(
  url: string,
  query: string,
  headers: readonly string[],
): Promise<RawAnswer> {
  const { port } = new URL(url)
  const body = JSON.stringify({ query })
  const isSaid = (name: string) => headers.some((line) => line.toLowerCase().startsWith(`${name}:`))
  const lines = [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(isSaid('connection') ? [] : ['Connection: close']),
    ...headers,
  ]
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1')
    const parts: Buffer[] = []
    const end = () => {
      const [head = '', ...rest] = Buffer.concat(parts).toString('utf8').split('\r\n\r\n')
      resolve({ status: Number(head.split(' ')[1] ?? 0), body: rest.join('\r\n\r\n') })
    }
    // A server that has answered 431 may reset the connection while we are still writing.
    socket.on('error', (error) => (parts.length > 0 ? end() : reject(error)))
    socket.on('data', (part) => parts.push(part))
    socket.on('end', end)
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  })
}
