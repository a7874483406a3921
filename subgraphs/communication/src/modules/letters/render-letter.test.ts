import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import type { MessageItem, OutgoingMessage } from '../deliveries/channel.ts'
import { type LetterKind, letterKinds } from './letter-kinds.ts'
import { renderLetter } from './render-letter.ts'
import { renderNotice } from './render-notice.ts'
import { languages } from './texts/texts-for.ts'

const consoleUrl = 'https://console.example.com'
const unsubscribeUrl = 'https://console.example.com/unsubscribe?token=abc&x=1'
const occurredAt = new Date('2026-11-26T04:30:00Z')

function anItem(type: string, facts: MessageItem['facts'] = {}): MessageItem {
  return { notificationId: newId('notification'), type, facts, occurredAt }
}

type Changes = {
  readonly recipient?: Partial<OutgoingMessage['recipient']>
  readonly branding?: Partial<NonNullable<OutgoingMessage['workspace']>['branding']>
  readonly workspaceName?: string
  readonly isSecurity?: boolean
  readonly items?: readonly MessageItem[]
}

function aMessage(item: MessageItem, changes: Changes = {}): OutgoingMessage {
  return {
    ...item,
    deliveryId: newId('notificationDelivery'),
    recipient: {
      userId: newId('user'),
      email: 'ann@example.com',
      name: 'Ann',
      locale: 'en',
      timezone: 'Asia/Kolkata',
      ...changes.recipient,
    },
    workspace: {
      id: newId('workspace'),
      name: changes.workspaceName ?? 'Acme',
      branding: {
        ...{ name: null, logoUrl: null, primaryColor: null, accentColor: null },
        ...changes.branding,
      },
      timezone: 'UTC',
    },
    category: 'MEMBERS',
    isSecurity: changes.isSecurity ?? false,
    items: changes.items ?? [],
  }
}

const render = (item: MessageItem, changes?: Changes) =>
  renderLetter(aMessage(item, changes), { consoleUrl, unsubscribeUrl })

/** Facts for every case of a kind, such as whoever raises the event would give. */
function everyCase(kind: LetterKind): MessageItem['facts'][] {
  const facts = {
    ...Object.fromEntries((kind.people ?? []).map((name) => [name, 'Bea'])),
    ...Object.fromEntries((kind.dates ?? []).map((name) => [name, '2026-12-24T10:00:00.000Z'])),
    ...Object.fromEntries((kind.values ?? []).map((name) => [name, 'Value'])),
  }
  const { cases } = kind
  return cases ? cases.of.map((value) => ({ ...facts, [cases.fact]: value })) : [facts]
}

const everything = Object.entries<LetterKind>(letterKinds).flatMap(([type, kind]) =>
  everyCase(kind).flatMap((facts) =>
    languages.map(({ language }) => [type, JSON.stringify(facts), language, facts] as const),
  ),
)

describe('letters', () => {
  test.each(everything)('there are words for %s %s in %s', async (type, _, locale, facts) => {
    const letter = await render(anItem(type, facts), { recipient: { locale } })
    const notice = renderNotice(anItem(type, facts), {
      ...{ name: 'Ann', locale, timezone: 'UTC', workspaceName: 'Acme', consoleUrl },
    })
    const all = [letter.subject, letter.text, letter.html, notice.title, notice.text]
    for (const text of all) {
      expect(text).not.toBe('')
      expect(text).not.toMatch(/\{[A-Za-z]+\}|undefined|Invalid Date|#a0000/)
    }
    expect(letter.html).toContain(`<html lang="${locale}"`)
    expect(letter.subject.length).toBeLessThan(100)
  })

  test('the same words are never said of two cases, nor in two languages', () => {
    const titles = languages.flatMap(({ letters }) =>
      Object.values(letters).flatMap((words) =>
        'paragraphs' in words
          ? [words.paragraphs[0]]
          : Object.values(words).map((it) => it.paragraphs[0]),
      ),
    )
    expect(new Set(titles).size).toBe(titles.length)
  })

  test('dates are of the reader’s language and time zone', async () => {
    const facts = { trialEndsAt: '2026-12-24T20:00:00.000Z' }
    const item = anItem('plan_subscription.trial_started', facts)
    const textIn = async (locale: string, timezone: string) =>
      (await render(item, { recipient: { locale, timezone } })).text
    expect(await textIn('en-IN', 'Asia/Kolkata')).toContain('25 December 2026 at 1:30 am IST')
    expect(await textIn('de-AT', 'Europe/Vienna')).toContain('24. Dezember 2026 um 21:00 MEZ')
    expect(await textIn('hi', 'Asia/Kolkata')).toContain('25 दिसंबर 2026')
  })

  test('who reads a language that there are no words in gets English, dates included', async () => {
    const { text } = await render(anItem('session.started'), { recipient: { locale: 'fr-FR' } })
    expect(text).toContain('signed in to your account on November 26, 2026')
  })

  test('nothing that people chose is markup, a header or a place for something else', async () => {
    const hostile = '<img src=x onerror=1>"\'{workspace}\r\nBcc: all@example.com'
    const letter = await render(anItem('member.joined', { memberName: hostile }), {
      recipient: { name: hostile },
      workspaceName: hostile,
      branding: { name: hostile },
    })
    expect(letter.html).not.toContain('<img')
    expect(letter.html).toContain('&lt;img src=x onerror=1&gt;&quot;&#39;{workspace}')
    expect(letter.subject).not.toMatch(/[\r\n]/)
    expect(letter.text).not.toContain('\r\nBcc')
  })

  test('a person’s name makes no link in a mail program', async () => {
    const facts = { memberName: 'Win at https://evil.example/now' }
    const { text, html, subject } = await render(anItem('member.joined', facts))
    for (const part of [text, html, subject])
      expect(part).not.toMatch(/evil\.example|https?:\/\/evil/)
  })

  test('somebody without a name is somebody', async () => {
    const item = anItem('member.joined', { memberName: null })
    const subjects = await Promise.all(
      ['en', 'de', 'hi'].map(
        async (locale) => (await render(item, { recipient: { locale } })).subject,
      ),
    )
    expect(subjects).toEqual([
      'Somebody joined Acme',
      'Ein Mitglied ist Acme beigetreten',
      'Acme में नया सदस्य: एक सदस्य',
    ])
    expect((await render(item, { recipient: { name: null } })).text).toMatch(/^Hi,\n/)
  })

  test('a letter wears the colours and the logo of the workspace', async () => {
    const { html } = await render(anItem('member.role_changed'), {
      branding: {
        name: 'Acme & Co',
        logoUrl: 'https://cdn.example.com/logo.png?a=1&b=2',
        primaryColor: '#FFEE00',
        accentColor: '#112233',
      },
    })
    expect(html).toContain('src="https://cdn.example.com/logo.png?a=1&amp;b=2"')
    expect(html).toContain('alt="Acme &amp; Co"')
    expect(html).toContain('#ffee00')
    expect(html).toMatch(/background:#112233;color:#ffffff/)
  })

  test('branding that is none is not worn', async () => {
    const { html } = await render(anItem('member.role_changed'), {
      branding: {
        name: null,
        logoUrl: 'javascript:alert(1)',
        primaryColor: 'red;background:url(https://evil.example)',
        accentColor: '#12345',
      },
    })
    expect(html).not.toMatch(/evil\.example|javascript:|#12345[^0-9a-f]/)
    expect(html).toContain('>Acme</div>')
  })

  test('nothing but the logo is loaded from anywhere', async () => {
    const { html } = await render(anItem('member.role_changed'))
    expect(html).not.toMatch(/<img|<link|@import|<script/)
  })

  test('only what can be switched off offers to unsubscribe', async () => {
    const on = await render(anItem('member.role_changed'))
    expect(on.html).toContain('token=abc&amp;x=1')
    expect(on.text).toContain(unsubscribeUrl)
    const message = aMessage(anItem('session.started'), { isSecurity: true })
    const security = await renderLetter(message, { consoleUrl, unsubscribeUrl: null })
    expect(security.text + security.html).not.toMatch(/nsubscribe/)
    expect(security.text).toContain('always sent')
  })

  test('a digest tells all of it, oldest first, counted in the reader’s language', async () => {
    const items = [
      anItem('member.joined', { memberName: 'Bea <b>' }),
      anItem('member.removed', { memberName: 'Cid', by: 'leaving' }),
    ]
    const last = items[1] ?? anItem('member.joined')
    const digest = await render(last, { items, recipient: { locale: 'de' } })
    expect(digest.subject).toBe('2 Neuigkeiten aus Acme')
    expect(digest.html).toContain('<strong>Bea &lt;b&gt; ist Acme beigetreten</strong>')
    expect(digest.text.indexOf('Bea')).toBeLessThan(digest.text.indexOf('Cid hat Acme verlassen'))
    const single = await render(last, { items: [last] })
    expect(single.subject).toBe('1 update from Acme')
  })

  test('a type without words, an unknown case or a missing fact is our mistake, and says so', async () => {
    await expect(render(anItem('no.such_type'))).rejects.toThrow('no words for no.such_type')
    await expect(render(anItem('user.password_changed', { by: 'magic' }))).rejects.toThrow('magic')
    await expect(render(anItem('workspace.deleted'))).rejects.toThrow('purgeAfter')
  })
})
