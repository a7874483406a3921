/**
 * Lets a client run the documents of a manifest, before a release of it:
 * `node gateway/src/cli/publish-documents.ts CLIENT MANIFEST` with DATABASE_URL or REDIS_URL.
 */
import { readFile } from 'node:fs/promises'
import { createLogger } from '@logicspike/telemetry'
import { readManifest } from '../documents/manifest.ts'
import { openDocumentStore } from '../documents/open-document-store.ts'
import { readStoresEnvironment } from '../environment.ts'

const [client, path] = process.argv.slice(2)

async function publish(): Promise<void> {
  if (!client || !path) throw new Error('Usage: publish-documents.ts CLIENT MANIFEST')
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = readStoresEnvironment()
  const log = createLogger({ name: 'publish-documents' })
  const store = openDocumentStore({ databaseUrl, redisUrl, log })
  if (!store) throw new Error('Set DATABASE_URL or REDIS_URL: where gateways look for documents.')
  try {
    const documents = readManifest(await readFile(path, 'utf8'))
    await store.publish(client, documents)
    process.stdout.write(`${client} may run ${documents.length} documents of ${path}.\n`)
  } finally {
    await store.close()
  }
}

try {
  await publish()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
