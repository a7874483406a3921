import { networkInterfaces } from 'node:os'
import { parseArgs } from 'node:util'
import type { Sharing } from '../execution/sharing.ts'

export type ServeArguments = {
  /** Path of the composed file. */
  readonly supergraph: string
  readonly port: number
  readonly host: string
  readonly sharing: Sharing
  readonly introspection: boolean
  /** Milliseconds. */
  readonly timeoutMs: number
  /** Paths of PEM files; null serves without TLS. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null
}

/** What is wrong with a command, in words that say what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const USAGE = `Usage: npm run gateway -- --supergraph FILE [options]

Serves a composed federation 2 supergraph: POST /graphql, GET /healthz. Subgraphs are asked at the
URLs in the file.

  --supergraph FILE   the composed file, as "rover supergraph compose" or "npm run compose" writes it
  --port N            default 4000; 0 takes a free one
  --host ADDRESS      default every address of this machine
  --sharing MODE      what equal requests in flight share: none, fetches (default) or inbound
  --timeout MS        for each answer of a subgraph, default 30000
  --tls-cert FILE     speaks TLS, and HTTP/2, with this certificate (PEM) and
  --tls-key FILE      its key; both are read again when they change
  --introspection     answers introspection with NODE_ENV=production, too
`

const SHARING: readonly Sharing[] = ['none', 'fetches', 'inbound']

/**
 * @param args of the command, without node and the script
 * @throws UsageError
 */
export function parseServeArguments(args: readonly string[]): ServeArguments {
  const values = read(args)
  const { supergraph } = values
  if (!supergraph) {
    throw new UsageError('Say which supergraph to serve: --supergraph supergraph.graphql')
  }
  const sharing = SHARING.find((mode) => mode === values.sharing)
  if (!sharing) throw new UsageError(`--sharing is one of ${SHARING.join(', ')}`)
  return {
    supergraph,
    port: wholeNumber('--port', values.port, 65_535),
    host: values.host ?? everyAddress(),
    sharing,
    introspection: values.introspection,
    timeoutMs: wholeNumber('--timeout', values.timeout, 600_000),
    tls: tlsFiles(values['tls-cert'], values['tls-key']),
  }
}

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        supergraph: { type: 'string' },
        port: { type: 'string', default: '4000' },
        host: { type: 'string' },
        sharing: { type: 'string', default: 'fetches' },
        timeout: { type: 'string', default: '30000' },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        introspection: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function tlsFiles(certFile: string | undefined, keyFile: string | undefined) {
  if (certFile && keyFile) return { certFile, keyFile }
  if (!certFile && !keyFile) return null
  throw new UsageError('--tls-cert and --tls-key go together')
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new UsageError(`${option} takes a whole number from 0 to ${most}, not "${text}"`)
}

/** Both families where the machine has IPv6, so that every meaning of `localhost` is served. */
function everyAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((of) => of ?? [])
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0'
}
