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

  test('by mail only through the sender of mails', () => {
    const users = filesWith(/\b\w*[tT]ransport\w*\.send\(|\benqueueMail\(/)
    expect(users.filter((file) => !file.startsWith('modules/mail-channel/'))).toEqual([])
  })
})
