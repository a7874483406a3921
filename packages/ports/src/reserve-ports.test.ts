import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { reservePort, reservePorts } from './index.ts'

const run = promisify(execFile)
const source = new URL('./index.ts', import.meta.url)
source.search = ''

/** Reserves 40 single ports and 4 rows of six in a process of its own, which ends only when told. */
const reserving = `
  import { reservePort, reservePorts } from '${source}'
  const single = await Promise.all(Array.from({ length: 40 }, reservePort))
  const rows = await Promise.all(Array.from({ length: 4 }, () => reservePorts(6)))
  console.log(JSON.stringify([...single, ...rows.flatMap((it) => [0, 1, 2, 3, 4, 5].map((n) => it + n))]))
  await new Promise((ended) => process.stdin.once('end', ended).resume())
`

test('processes that reserve at the same time get ports of their own', async () => {
  const children = Array.from({ length: 6 }, () =>
    run(process.execPath, ['--input-type=module-typescript', '--eval', reserving]),
  )
  const reserved = children.map(
    ({ child }) =>
      new Promise<number[]>((resolve) => {
        child.stdout?.once('data', (line) => resolve(JSON.parse(String(line))))
      }),
  )
  const ports = (await Promise.all(reserved)).flat()
  for (const { child } of children) child.stdin?.end()
  await Promise.all(children)

  expect(ports).toHaveLength(6 * 64)
  expect(new Set(ports).size).toBe(ports.length)
  for (const port of ports) {
    expect(port).toBeGreaterThan(20_000)
    expect(port).toBeLessThan(32_768)
  }
})

test('a port somebody listens on already is passed over', async () => {
  const next = (await reservePort()) + 1
  await using somebody = createServer().listen(next, '127.0.0.1')
  await new Promise((listening) => somebody.once('listening', listening))
  const row = await reservePorts(3)
  expect(row <= next && next < row + 3).toBe(false)
})

test('no more than a row at once', () => {
  expect(() => reservePorts(16)).toThrow('At most 15 ports at once.')
})
