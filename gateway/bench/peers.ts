import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where other gateways are installed, outside of this workspace and its dependencies. */
export const PEERS = join(homedir(), '.cache', 'logicspike-gateway-bench')

const PACKAGES = [
  '@apollo/gateway@2.14.4',
  '@apollo/server@5.5.1',
  'graphql@16',
  '@graphql-hive/gateway@2.15.1',
  '@graphql-hive/router-runtime@1.4.23',
]

const STOCK = `
import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
const supergraphSdl = readFileSync('supergraph.graphql', 'utf8')
const server = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl }) })
await startStandaloneServer(server, { listen: { port: Number(process.argv[2]) } })
`

const hive = (options: string, runtime: boolean): string => `
import { defineConfig } from '@graphql-hive/gateway'
${runtime ? "import { unifiedGraphHandler } from '@graphql-hive/router-runtime'" : ''}
export const gatewayConfig = defineConfig({ ${runtime ? 'unifiedGraphHandler,' : ''} ${options} })
`

const UNSHARED = `transportEntries: {
  '*.http': { options: { deduplicateInflightRequests: false } },
}`

export type Contender = {
  readonly name: string
  /** What its requests share with each other while they are in flight. */
  readonly sharing: 'none' | 'fetches' | 'inbound'
  readonly folder: string
  command(port: number): string[]
  /** What it wants to be sent besides, once it runs. */
  headersAt?(port: number): Promise<Readonly<Record<string, string>>>
}

/** Installs the peers, once, and tells how each is started. */
export function preparePeers(supergraph: string): Contender[] {
  mkdirSync(PEERS, { recursive: true })
  if (!existsSync(join(PEERS, 'node_modules', '@graphql-hive', 'router-runtime'))) {
    process.stderr.write(`installing the other gateways into ${PEERS}\n`)
    execFileSync('npm', ['install', '--prefix', PEERS, '--no-audit', '--no-fund', ...PACKAGES], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  const write = (name: string, text: string) => writeFileSync(join(PEERS, name), text)
  write('supergraph.graphql', supergraph)
  write('stock.mjs', STOCK)
  write('jit.config.mjs', hive('jit: true', false))
  write('unshared.config.mjs', hive(UNSHARED, true))
  write('default.config.mjs', hive('', true))
  write('inbound.config.mjs', hive('inboundInflightRequestDeduplication: true', true))
  const hiveCommand = (config: string) => (port: number) => [
    'node_modules/@graphql-hive/gateway/dist/bin.js',
    ...['supergraph', 'supergraph.graphql', '--port', String(port), '--config-path', config],
    ...(config.startsWith('jit') ? ['--jit'] : []),
  ]
  const peer = (name: string, sharing: Contender['sharing'], command: Contender['command']) => ({
    ...{ name, sharing, command },
    folder: PEERS,
  })
  return [
    peer('stock', 'none', (port) => ['stock.mjs', String(port)]),
    peer('hive --jit', 'fetches', hiveCommand('jit.config.mjs')),
    peer('hive rust', 'none', hiveCommand('unshared.config.mjs')),
    peer('hive rust', 'fetches', hiveCommand('default.config.mjs')),
    peer('hive rust', 'inbound', hiveCommand('inbound.config.mjs')),
  ]
}
