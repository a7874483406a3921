import { mkdtemp, rm } from 'node:fs/promises'
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

describe('mail transports', () => {
  test('file keeps mails for the development mailbox, newest first', async () => {
    const folder = await aFolder()
    const transport = createMailTransport({ url: pathToFileURL(folder).href, from: 'x@y.test' })
    const ids = [newId('mail'), newId('notificationDelivery'), newId('mail')]
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
