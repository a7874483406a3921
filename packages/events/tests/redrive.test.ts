import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { consumerMetrics, listParked } from '../src/index.ts'
import { aConsumer, effectsDatabase, effectsIn, recordEffect } from './support/effects.ts'
import { memoryLog } from './support/memory-log.ts'

const database = useTestDatabase({ services: [effectsDatabase] })
const command = `${import.meta.dirname}/../src/cli/redrive.ts`

/** Runs the command as an operator does. */
async function redrive(...args: string[]): Promise<{ code: number; out: string }> {
  const env = { ...process.env, DATABASE_URL: database.serviceUrl('effects') }
  const run = promisify(execFile)(process.execPath, [command, ...args], { env })
  return run.then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    ({ code, stderr }) => ({ code, out: stderr }),
  )
}

/** A consumer that has given up on an event, and can be mended. */
async function aStuckConsumer(name: string) {
  const { bus, append } = memoryLog()
  const [bad, good] = [append(), append()]
  let mended = false
  const consumer = aConsumer(database, {
    ...{ bus, name, onPoison: 'block' },
    handle: async (tx, event) => {
      if (event.id === bad.id && !mended) throw new Error('cannot be handled')
      await recordEffect(tx, event)
    },
  })
  await expect(consumer.settle()).rejects.toThrow(bad.id)
  const mend = () => {
    mended = true
  }
  return { consumer, bad, good, mend }
}

describe('the redrive command', () => {
  test('lists what is parked, and lets the consumer handle it again', async () => {
    const name = `effects.${newId('request')}`
    const { consumer, bad, good, mend } = await aStuckConsumer(name)
    const listed = await redrive('effects', 'list')
    expect(listed).toMatchObject({ code: 0 })
    expect(listed.out).toContain(`${name}  ${bad.id}  workspace.suspended`)
    expect(listed.out).toContain('3 tries')

    mend()
    const asked = await redrive('effects', 'redrive', '--consumer', name, '--event', bad.id)
    expect(asked).toEqual({ code: 0, out: `${bad.id} is handled again\n` })
    await consumer.settle()
    expect(await effectsIn(database, [bad, good])).toEqual([bad.id, good.id])
  })

  test('gives an event up for good', async () => {
    const name = `effects.${newId('request')}`
    const { consumer, bad, good } = await aStuckConsumer(name)
    const dropped = await redrive('effects', 'drop', '--consumer', name, '--event', bad.id)
    expect(dropped).toEqual({ code: 0, out: `${bad.id} is dropped\n` })
    await consumer.settle()
    expect(await effectsIn(database, [bad, good])).toEqual([good.id])
    expect(await listParked(database.forkFor('effects', {}), name)).toEqual([])
  })

  test.each([
    ['no action', ['effects']],
    ['an unknown action', ['effects', 'delete']],
    ['no consumer to redrive', ['effects', 'redrive']],
    ['everything to drop at once', ['effects', 'drop', '--consumer', 'x']],
    ['an unknown option', ['effects', 'list', '--all']],
  ])('says how it is used, given %s', async (_, args) => {
    expect(await redrive(...args)).toMatchObject({ code: 2, out: expect.stringContaining('list') })
  })
})

describe('the metrics of consumers', () => {
  test('say how far each is behind and what waits for an operator', async () => {
    const name = `effects.${newId('request')}`
    const { consumer } = await aStuckConsumer(name)
    const text = await consumerMetrics([consumer]).metrics()
    expect(text).toContain(`logicspike_consumer_lag_events{consumer="${name}"} 2`)
    expect(text).toContain(`logicspike_consumer_parked_events{consumer="${name}"} 1`)
    expect(text).toContain(`logicspike_consumer_blocked{consumer="${name}"} 1`)
    expect(text).toMatch(/logicspike_consumer_age_seconds\{consumer="[^"]+"\} 0\.?\d*/)
  })

  test('leave out a consumer whose database does not answer', async () => {
    const broken = aConsumer(database, { bus: memoryLog().bus, name: 'effects.broken' })
    const down = { ...broken, status: () => Promise.reject(new Error('no database')) }
    expect(await consumerMetrics([down]).metrics()).not.toContain('effects.broken')
  })
})
