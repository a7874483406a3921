import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { eventsDatabase } from '../src/index.ts'
import {
  createSequencerProcess,
  type SequencerProcess,
} from '../src/sequencer/create-sequencer-process.ts'
import { environmentNames, readEnvironment } from '../src/sequencer/environment.ts'
import { outboxDatabase } from '../src/testing/index.ts'
import { untilLogged } from './support/log-facts.ts'
import { published } from './support/publishing.ts'

const database = useTestDatabase({ services: [eventsDatabase, outboxDatabase('source')] })
const log = createLogger({ name: 'test', level: 'silent' })

const variables = () => {
  const url = database.roleUrl('events', 'sequencer')
  return { EVENTS_SEQUENCER_URL: url, OUTBOX_URLS: `source=${url}`, PORT: '0', LOG_LEVEL: 'warn' }
}

describe('the sequencer as a process', () => {
  let running: SequencerProcess | undefined
  afterEach(async () => {
    await running?.stop()
    running = undefined
  })

  test('says how it is, and what it has moved', async () => {
    running = createSequencerProcess(readEnvironment(variables()), log)
    const origin = `http://127.0.0.1:${await running.start()}`
    await published(database, 'source', newId('workspace'), 'one', 'two')
    await running.sequencer.caughtUp()
    const answer = async (path: string) => {
      const response = await fetch(`${origin}${path}`)
      return [response.status, await response.text()] as const
    }
    expect(await answer('/healthz')).toEqual([200, expect.stringContaining('ok')])
    expect(await answer('/readyz')).toEqual([200, '{"status":"ready","role":"leads"}'])
    const [, metrics] = await answer('/metrics')
    expect(metrics).toContain('events_sequencer_moved_total 2')
    expect(metrics).toContain('events_sequencer_leader 1')
    expect(metrics).toContain('events_sequencer_outbox_failing{service="source"} 0')
    expect(metrics).toMatch(/events_sequencer_lag_seconds\{outboxes="source"\} 0/)
  })

  test('moves events from its start, and ends in order on a signal', async () => {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env.PATH, ...variables() },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const workspaceId = newId('workspace')
    await published(database, 'source', workspaceId, 'one')
    await untilLogged(database, workspaceId, 'one')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('reads what .env.template lists, no more and no less, and starts with it', () => {
    const template = parseEnv(
      readFileSync(new URL('../.env.template', import.meta.url), 'utf8'),
    ) as Record<string, string>
    expect(Object.keys(template).sort()).toEqual([...environmentNames].sort())
    expect(Object.keys(readEnvironment(template).OUTBOX_URLS)).toContain('identity')
    expect(() => readEnvironment({ ...template, NODE_ENV: 'production' })).toThrow(
      /Refusing to start in production with development secrets/,
    )
  })

  test('relays to NATS only where it can read what it is to relay', () => {
    const url = 'postgres://events_sequencer@localhost/logicspike'
    const relaying = {
      ...{ EVENTS_SEQUENCER_URL: url, OUTBOX_URLS: `identity=${url}` },
      NATS_URL: 'nats://localhost:4222',
    }
    expect(() => readEnvironment(relaying)).toThrow(/EVENTS_CONSUMER_URL/)
    const readable = { ...relaying, EVENTS_CONSUMER_URL: url }
    expect(readEnvironment(readable)).toMatchObject({ NATS_URL: relaying.NATS_URL })
  })

  test('names what is missing in its environment', () => {
    expect(() => readEnvironment({ OUTBOX_URLS: 'identity' })).toThrow(
      /EVENTS_SEQUENCER_URL[\s\S]*OUTBOX_URLS/,
    )
  })
})
