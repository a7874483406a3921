import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MailMessage, MailTransport } from './message.ts'
import { createSmtpTransport } from './smtp-transport.ts'

export type StoredMail = MailMessage & { readonly id: string; readonly sentAt: string }

export type Mailbox = MailTransport & {
  /** Newest first, at most `limit`. */
  list(limit?: number): Promise<StoredMail[]>
  /** The mail of that id, or null. */
  read(id: string): Promise<StoredMail | null>
}

/** Ids of mails and of deliveries by mail. */
const SAFE_ID = /^[a-z]{3}_[0-9a-z]{26}$/

/** The part of an id that sorts by time, whatever the prefix. */
const timeOf = (id: string): string => id.slice(4)

/** Development: one JSON file per mail in a folder, which the dev mailbox shows. */
export function createDiskMailbox(folder: string): Mailbox {
  const read = async (id: string): Promise<StoredMail | null> => {
    if (!SAFE_ID.test(id)) return null
    try {
      return JSON.parse(await readFile(join(folder, `${id}.json`), 'utf8')) as StoredMail
    } catch {
      return null
    }
  }
  return {
    read,
    async send(message) {
      await mkdir(folder, { recursive: true })
      const path = join(folder, `${message.id}.json`)
      const stored: StoredMail = { ...message, sentAt: new Date().toISOString() }
      // Written aside and renamed, so that a reader never sees half a mail.
      await writeFile(`${path}.part`, JSON.stringify(stored, null, 2), { mode: 0o600 })
      await rename(`${path}.part`, path)
    },
    async list(limit = 50) {
      const names = await readdir(folder).catch(() => [])
      const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5))
      const newest = ids.sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1)).slice(0, limit)
      const mails = await Promise.all(newest.map(read))
      return mails.filter((mail) => mail !== null)
    },
  }
}

/**
 * The transport that a URL names: `smtp://` and `smtps://` deliver, `file:///…` keeps mails in a
 * folder for development.
 */
export function createMailTransport(options: { url: string; from: string }): MailTransport {
  const { protocol } = new URL(options.url)
  if (protocol === 'file:') return createDiskMailbox(fileURLToPath(options.url))
  return createSmtpTransport(options)
}

/** Tests: keeps mails in memory, in the order sent. */
export function createMemoryMailbox(): Mailbox & { readonly sent: readonly StoredMail[] } {
  const sent: StoredMail[] = []
  return {
    sent,
    send: async (message) => {
      sent.push({ ...message, sentAt: new Date().toISOString() })
    },
    list: async (limit = 50) => sent.toReversed().slice(0, limit),
    read: async (id) => sent.find((mail) => mail.id === id) ?? null,
  }
}
