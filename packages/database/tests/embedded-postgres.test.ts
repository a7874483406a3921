import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { fastestDirectory } from '../src/disposable-postgres.ts'
import {
  createOrm,
  forkFor,
  migrate,
  provisionService,
  startEmbeddedPostgres,
} from '../src/index.ts'
import { withConnection } from '../src/sql.ts'
import { Notebook, notes } from './support/notes.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const dataDir = join(await fastestDirectory(), `logicspike-test-${randomUUID()}`)
const start = (port?: number) => startEmbeddedPostgres({ dataDir, log, ...(port && { port }) })

afterAll(() => rm(dataDir, { recursive: true, force: true }))

const query = (url: string, sql: string) =>
  withConnection(url, async (client) => (await client.query(sql)).rows)

describe('an embedded PostgreSQL', () => {
  test('keeps its data and its password when it is started again', async () => {
    const first = await start()
    await query(first.adminUrl, 'create table kept as select 1 as one')
    await first.stop()
    const second = await start(first.port)
    expect(second.adminUrl).toBe(first.adminUrl)
    expect(await query(second.adminUrl, 'select * from kept')).toEqual([{ one: 1 }])
    await second.stop()
  })

  test('listens on the loopback interface and asks for a password', async () => {
    const server = await start()
    const [settings] = await query(
      server.adminUrl,
      `select current_setting('listen_addresses') as listen, current_setting('server_version') as
       version, (select string_agg(distinct auth_method, ',') from pg_hba_file_rules) as methods`,
    )
    expect(settings).toEqual({
      listen: '127.0.0.1',
      version: expect.stringMatching(/^18\./),
      methods: 'scram-sha-256',
    })
    await server.stop()
  })

  test('takes no notice of a lock file whose process is gone or is something else', async () => {
    await (await start()).stop()
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`)
    const server = await start()
    expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  test('is not started twice on the same data', async () => {
    const server = await start()
    await expect(start()).rejects.toThrow(/Another PostgreSQL \(process \d+\) serves/)
    await server.stop()
  })

  test('says why it does not start', async () => {
    const server = await start()
    const other = `${dataDir}-other`
    await expect(startEmbeddedPostgres({ dataDir: other, port: server.port, log })).rejects.toThrow(
      /could not bind IPv4 address "127.0.0.1": Address already in use/,
    )
    await server.stop()
    await rm(other, { recursive: true })
  })

  test('works in a directory that is closed to others, also for root', async () => {
    const closed = await mkdtemp(`${dataDir}-closed-`)
    const rootHome = `${dataDir}-home`
    const options = { dataDir: join(closed, 'data/postgres'), rootHome, log }
    const first = await startEmbeddedPostgres(options)
    await query(first.adminUrl, 'create table kept as select 1 as one')
    await first.stop()
    const second = await startEmbeddedPostgres(options)
    expect(await query(second.adminUrl, 'select * from kept')).toEqual([{ one: 1 }])
    await second.stop()
    await rm(closed, { recursive: true })
    // Without the link the data is gone for good.
    const third = await startEmbeddedPostgres(options)
    expect(await query(third.adminUrl, `select to_regclass('kept') as t`)).toEqual([{ t: null }])
    await third.stop()
    await Promise.all([closed, rootHome].map((path) => rm(path, { recursive: true, force: true })))
  })

  test('ends with the process that started it, however that ends', async () => {
    const child = await aProcessWithPostgres()
    const pid = Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10)
    child.kill('SIGKILL')
    await untilGone(pid)
    // The shutdown was an orderly one: nothing to recover from.
    const server = await start()
    expect(await query(server.adminUrl, 'select pg_is_in_recovery() as r')).toEqual([{ r: false }])
    await server.stop()
    expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false)
  })
})

describe('a service whose database restarts', () => {
  test('works again without being restarted itself', async () => {
    const first = await start()
    const { ownerUrl, serviceUrl } = await provisionService({
      adminUrl: first.adminUrl,
      database: 'app',
      service: 'notes',
      ownerPassword: 'owner',
      servicePassword: 'service',
    })
    await migrate({ ...notes, ownerUrl, log })
    const orm = await createOrm({ ...notes, url: serviceUrl, log, poolSize: 2 })
    const count = () => forkFor(orm, { tenantId: 'a' }).count(Notebook)
    expect(await count()).toBe(0)

    // Both connections are in the middle of a transaction.
    let begun = 0
    const stopped = Promise.withResolvers<void>()
    const interrupted = () =>
      forkFor(orm, { tenantId: 'a' }).transactional(async (em) => {
        await em.execute('select 1')
        begun += 1
        if (begun === 2) stopped.resolve(first.stop())
        await stopped.promise
        await em.execute('select 1')
      })
    const outcomes = await Promise.allSettled([interrupted(), interrupted()])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(orm.ping()).rejects.toThrow()
    // More failures than connections: none of them may stay taken.
    const failures = await Promise.allSettled(Array.from({ length: 10 }, count))
    expect(failures.map(({ status }) => status)).toEqual(Array(10).fill('rejected'))

    const second = await start(first.port)
    await orm.ping()
    expect(await Promise.all(Array.from({ length: 10 }, count))).toEqual(Array(10).fill(0))
    await orm.close()
    await second.stop()
  })
})

/** Another Node process that starts PostgreSQL on our directory; resolves when it is ready. */
async function aProcessWithPostgres(): Promise<ChildProcess> {
  const entry = JSON.stringify(join(import.meta.dirname, '../src/index.ts'))
  const code = `
    const { startEmbeddedPostgres } = await import(${entry})
    const log = { debug() {}, trace() {} }
    await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log })
    process.stdout.write('ready')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((ready) => child.stdout?.once('data', ready))
  return child
}

async function untilGone(pid: number): Promise<void> {
  const isAlive = () => existsSync(`/proc/${pid}`) && process.kill(pid, 0)
  while (isAlive()) await new Promise((again) => setTimeout(again, 20))
}
