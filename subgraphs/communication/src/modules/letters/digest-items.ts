import { escapeHtml } from '@logicspike/mail'
import type { MessageItem } from '../deliveries/channel.ts'
import { momentFor, type Reader } from './item-values.ts'
import { wordsFor } from './words-for.ts'

/** What a digest tells of, as HTML for the layout's place; everything is escaped. */
export const digestItems = (items: readonly MessageItem[], reader: Reader): string =>
  items.map((item) => itemHtml(item, reader)).join('')

/** The same in plain text. */
export const digestText = (items: readonly MessageItem[], reader: Reader): string =>
  items
    .map((item) => {
      const { title, paragraphs } = wordsFor(item, reader)
      return [`* ${title}`, ...paragraphs, momentFor(item.occurredAt, reader)].join('\n  ')
    })
    .join('\n\n')

function itemHtml(item: MessageItem, reader: Reader): string {
  const { title, paragraphs } = wordsFor(item, reader)
  const when = escapeHtml(momentFor(item.occurredAt, reader))
  return (
    `<div style="margin:0 0 20px"><strong>${escapeHtml(title)}</strong>` +
    paragraphs.map((text) => `<br />${escapeHtml(text)}`).join('') +
    `<br /><span style="color:#5b6472;font-size:13px">${when}</span></div>`
  )
}
