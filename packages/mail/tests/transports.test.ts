import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { createDiskMailbox, createMailTransport } from '../src/index.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const each of cleanUp.splice(0)) await each()
})

const letter = { to: 'ann@example.com', subject: 'Hello', text: 'Hi', html: '<p>Hi</p>' }

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mail-'))
  cleanUp.push(() => rm(folder, { recursive: true }))
  return folder
}

/** Just enough SMTP (RFC 5321) to take one message, and what it was given. */
async function aMailServer(): Promise<{ url: string; received: string[] }> {
  const received: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let data = false
    socket.setEncoding('utf8').write('220 ready\r\n')
    socket.on('data', (text: string) => {
      received.push(text)
      if (data && text.endsWith('\r\n.\r\n')) data = false
      else if (data) return
      data = text.startsWith('DATA')
      socket.write(data ? '354 go on\r\n' : '250 fine\r\n')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  cleanUp.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

describe('mail transports', () => {
  test('smtp delivers, under a Message-ID that stays the same over retries', async () => {
    const { url, received } = await aMailServer()
    const id = newId('mail')
    await createMailTransport({ url, from: 'LogicSpike <no-reply@platform.test>' }).send({
      ...letter,
      id,
    })
    const all = received.join('')
    expect(all).toContain('RCPT TO:<ann@example.com>')
    expect(all).toContain(`Message-ID: <${id}@platform.test>`)
  })

  test('file keeps mails for the development mailbox, newest first', async () => {
    const folder = await aFolder()
    const transport = createMailTransport({ url: pathToFileURL(folder).href, from: 'x@y.test' })
    const ids = [newId('mail'), newId('mail')]
    for (const id of ids) await transport.send({ ...letter, id })
    const mailbox = createDiskMailbox(folder)
    expect((await mailbox.list()).map(({ id }) => id)).toEqual(ids.toReversed())
    expect(await mailbox.read(ids[0] ?? '')).toMatchObject(letter)
  })

  test('the development mailbox reads nothing outside its folder', async () => {
    const mailbox = createDiskMailbox(await aFolder())
    expect(await mailbox.read('../../etc/passwd')).toBeNull()
  })
})
