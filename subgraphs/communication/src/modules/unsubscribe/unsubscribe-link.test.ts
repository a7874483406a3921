import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { createSecretBox } from '@logicspike/secrets'
import fc from 'fast-check'
import { aMessage } from '../../../tests/support/a-message.ts'
import { createUnsubscribeLinks, readUnsubscribeToken } from './unsubscribe-link.ts'

const key = (id: string) => ({ id, key: id.padEnd(40, 'x') })
const box = createSecretBox({ current: key('k1') })
const linkFor = createUnsubscribeLinks(box, 'https://platform.test')
const tokenOf = (url: string | null) => new URL(url ?? '').searchParams.get('request') ?? ''

describe('a link to unsubscribe', () => {
  test('says who no longer wants what, in which language', () => {
    const message = aMessage({ recipient: { locale: 'hi-IN' } })
    const url = linkFor(message)
    expect(url).toMatch(
      /^https:\/\/platform\.test\/communication\/unsubscribe\?request=.*&lang=hi$/,
    )
    expect(readUnsubscribeToken(box, tokenOf(url))).toEqual({
      userId: message.recipient.userId,
      workspaceId: message.workspace?.id,
      category: 'MEMBERS',
      channel: 'EMAIL',
    })
  })

  test('may be about no workspace', () => {
    const url = linkFor(aMessage({ workspace: null, category: 'ACCOUNT' }))
    expect(readUnsubscribeToken(box, tokenOf(url))).toMatchObject({ workspaceId: null })
  })

  test('is not made for security, nor for nobody', () => {
    expect(linkFor(aMessage({ isSecurity: true }))).toBeNull()
    expect(linkFor(aMessage({ category: 'SECURITY' }))).toBeNull()
    expect(linkFor(aMessage({ recipient: { userId: null } }))).toBeNull()
  })

  test('holds after the key was replaced', () => {
    const rotated = createSecretBox({ current: key('k2'), previous: [key('k1')] })
    expect(readUnsubscribeToken(rotated, tokenOf(linkFor(aMessage())))).not.toBeNull()
  })

  test('that was changed anywhere is not ours', () => {
    const token = tokenOf(linkFor(aMessage()))
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'.-_aB0'), (at, letter) => {
        const changed = token.slice(0, at) + letter + token.slice(at + 1)
        expect(readUnsubscribeToken(box, changed) === null).toBe(changed !== token)
      }),
    )
    const other = createSecretBox({ current: key('other') })
    expect(readUnsubscribeToken(other, token)).toBeNull()
  })

  test('that is signed for another purpose, or says what cannot be said, is not ours', () => {
    const user = newId('user')
    const signed = (text: string, purpose = 'unsubscribe-link') =>
      `${text}.${box.sign(text, purpose)}`
    expect(readUnsubscribeToken(box, signed(`${user}.-.MEMBERS.EMAIL`))).not.toBeNull()
    for (const token of [
      signed(`${user}.-.MEMBERS.EMAIL`, 'cursor'),
      signed(`${user}.-.SECURITY.EMAIL`),
      signed(`${user}.-.toString.EMAIL`),
      signed(`${user}.-.MEMBERS.SLACK`),
      signed(`${newId('session')}.-.MEMBERS.EMAIL`),
      signed(`${user}.${user}.MEMBERS.EMAIL`),
      signed(`${user}.-.MEMBERS`),
      '',
    ])
      expect([token, readUnsubscribeToken(box, token)]).toEqual([token, null])
  })
})
