import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'

/* That there is no way to a sender but through the gate is looked up in the sources. */

const root = join(import.meta.dirname, '../src')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => relative(root, join(root, name)))
const sourceOf = (file: string) => readFileSync(join(root, file), 'utf8')
const filesWith = (pattern: RegExp) => files.filter((file) => pattern.test(sourceOf(file))).sort()
const importsOf = (file: string) =>
  sourceOf(file).match(/^(import|export)\b[^;]*?\bfrom '.*'$/gm) ?? []
const importersOf = (pattern: RegExp) =>
  files.filter((file) => importsOf(file).some((line) => pattern.test(line))).sort()

describe('a message gets out', () => {
  test('where the worker hands it to a sender, and nowhere else', () => {
    expect(filesWith(/\bsender\w*(\[[^\]]*\])?\??\.send\(/)).toEqual([
      'modules/deliveries/deliver.ts',
    ])
  })

  test('after it was admitted, with what was admitted', () => {
    const source = sourceOf('modules/deliveries/deliver.ts')
    expect(source.indexOf('admitDelivery(tx')).toBeGreaterThan(0)
    expect(source.indexOf('admitDelivery(tx')).toBeLessThan(source.indexOf('sender.send('))
    expect(filesWith(/\bdeliver\(/)).toEqual([
      'modules/deliveries/deliver.ts',
      'modules/deliveries/dispatch.job.ts',
    ])
  })

  test('by the decision of one function', () => {
    expect(filesWith(/\bdecideDelivery\(/)).toEqual([
      'modules/deliveries/admit-delivery.ts',
      'modules/notifications/write-notifications.ts',
      'modules/preferences/decide-delivery.ts',
    ])
  })

  test('by a sender that was made for the worker', () => {
    expect(importersOf(/\bcreate(Mail|Slack)Sender\b/)).toEqual(['senders.ts'])
    expect(importersOf(/\bcreateSenders\b/)).toEqual(['app.ts'])
  })

  test('by mail only through the sender of mails', () => {
    expect(importersOf(/\bMailTransport\b/)).toEqual([
      'app.ts',
      'modules/mail-channel/create-mail-sender.ts',
      'senders.ts',
    ])
    expect(filesWith(/\b\w*[tT]ransport\w*\.send\(/)).toEqual([
      'modules/mail-channel/create-mail-sender.ts',
    ])
    const otherWays = /\b(enqueueMail|createMailTransport|createMailWorker|QueuedMail)\b/
    expect(importersOf(otherWays)).toEqual([])
  })

  test('to Slack only through its sender, but for the message that tries a connection', () => {
    expect(filesWith(/\bslack\.post\(/)).toEqual([
      'modules/slack/create-slack-sender.ts',
      'modules/slack/test-slack.ts',
    ])
  })

  test('over no other line: the way to other servers is Slack’s alone', () => {
    expect(importersOf(/\b(createOutboundHttp|OutboundHttp)\b/)).toEqual([
      'app.ts',
      'modules/slack/slack-api.ts',
    ])
    const lines =
      /(from|import\()\s*'(node:)?(net|tls|https?|http2|dgram|undici|nodemailer)'|\bfetch\(/
    expect(filesWith(lines)).toEqual([])
  })
})
