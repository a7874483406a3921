import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { startProcesses } from '../src/cli/service-processes.ts'

const untilStopped = `
  process.once('SIGTERM', () => { console.log('draining'); clearInterval(alive) })
  const alive = setInterval(() => {}, 1000)
  console.log(JSON.stringify(process.env))`

/** Collects lines, and lets a test wait for one. */
function createListener() {
  const lines: string[] = []
  const waiting: { line: string; resolve: () => void }[] = []
  return {
    lines,
    onLine(name: string, text: string) {
      const line = `${name}: ${text}`
      lines.push(line)
      for (const { resolve } of waiting.filter((entry) => entry.line === line)) resolve()
    },
    seen: (line: string) =>
      new Promise<void>((resolve) => {
        if (lines.includes(line)) resolve()
        else waiting.push({ line, resolve })
      }),
  }
}

test('each service gets its own environment and nothing else, and drains when asked to', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'services-'))
  const main = join(directory.path, 'main.mjs')
  await writeFile(main, untilStopped)
  const listener = createListener()
  const processes = startProcesses(
    ['a', 'b'].map((name) => ({ name, main, environment: { NAME: name } })),
    listener.onLine,
  )
  await Promise.all([listener.seen('a: {"NAME":"a"}'), listener.seen('b: {"NAME":"b"}')])
  await processes.stop()
  expect([...listener.lines].sort()).toEqual([
    'a: draining',
    'a: {"NAME":"a"}',
    'b: draining',
    'b: {"NAME":"b"}',
  ])
})

test('tells which service ended by itself', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'services-'))
  const main = join(directory.path, 'main.mjs')
  await writeFile(main, `if (process.env.FAIL) process.exit(3)\n${untilStopped}`)
  const processes = startProcesses(
    [
      { name: 'lives', main, environment: {} },
      { name: 'dies', main, environment: { FAIL: 'yes' } },
    ],
    () => {},
  )
  expect(await processes.firstToEnd).toBe('dies')
  await processes.stop()
})
