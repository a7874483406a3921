import { escapeHtml, singleLine } from '@logicspike/mail'
import type { OutgoingMessage } from '../deliveries/channel.ts'
import { compileLayout } from './compile-layout.ts'
import { digestItems, digestText } from './digest-items.ts'
import { fill, type Values } from './fill.ts'
import { itemValues } from './item-values.ts'
import { letterKind } from './letter-kinds.ts'
import { letterStyle } from './letter-style.ts'
import { placeUrl } from './place-url.ts'
import type { LetterTexts } from './texts/letter-texts.ts'
import { textsFor } from './texts/texts-for.ts'
import { letterText } from './words-for.ts'

/** A mail's content, ready to be sent. */
export type Letter = { readonly subject: string; readonly html: string; readonly text: string }

export type LetterLinks = {
  readonly consoleUrl: string
  /** Null in letters that cannot be switched off. */
  readonly unsubscribeUrl: string | null
}

/**
 * A message as a mail, in the language and time zone of who reads it and the look of the workspace it
 * is about. Values go in escaped, after the layout was compiled, so nothing in them is markup.
 * @throws Error where words or facts are missing: a mistake of ours
 */
export async function renderLetter(message: OutgoingMessage, links: LetterLinks): Promise<Letter> {
  const texts = textsFor(message.recipient.locale)
  const said = message.items.length > 0 ? sayDigest(message, texts) : sayOne(message, texts)
  const style = letterStyle(message.workspace?.branding ?? null, brandOf(message, texts))
  const values: Values = {
    ...said.values,
    ...style,
    logoUrl: style.logoUrl ?? '',
    actionUrl: placeUrl(links.consoleUrl, said.place, message.workspace?.id ?? null),
    preferencesUrl: placeUrl(links.consoleUrl, 'preferences', message.workspace?.id ?? null),
    unsubscribeUrl: links.unsubscribeUrl ?? '',
    reader: singleLine(message.recipient.name ?? ''),
  }
  const shape = {
    language: texts.language,
    hasLogo: style.logoUrl !== null,
    title: said.title,
    paragraphs: said.paragraphs,
    greeting: message.recipient.name ? texts.greeting.named : texts.greeting.unnamed,
    action: texts.actions[said.place],
    why: message.isSecurity ? texts.footer.whySecurity : texts.footer.why,
    unsubscribe: links.unsubscribeUrl === null ? null : texts.footer.unsubscribe,
    preferences: texts.actions.preferences,
    isDigest: said.itemsHtml !== null,
  }
  const layout = await compileLayout(shape)
  const [beforeItems = '', ...afterItems] = layout.split('{items}')
  const html = [beforeItems, ...afterItems]
    .map((part) => fill(part, values, escapeHtml))
    .join(said.itemsHtml ?? '')
  return {
    subject: singleLine(fill(said.title, values)),
    html,
    text: plainText({ ...shape, itemsText: said.itemsText }, values),
  }
}

const brandOf = ({ workspace }: OutgoingMessage, texts: LetterTexts): string =>
  workspace?.name ?? texts.platform

const readerOf = ({ recipient, workspace }: OutgoingMessage) => ({
  locale: recipient.locale,
  timezone: recipient.timezone,
  workspaceName: workspace?.name ?? null,
})

function sayOne(message: OutgoingMessage, texts: LetterTexts) {
  const kind = letterKind(message.type)
  const { title, paragraphs } = letterText(texts, message)
  const values = itemValues(kind, message, readerOf(message), texts)
  return { title, paragraphs, values, place: kind.place, itemsHtml: null, itemsText: null }
}

function sayDigest(message: OutgoingMessage, texts: LetterTexts) {
  const { items } = message
  const reader = readerOf(message)
  const plural = new Intl.PluralRules(texts.language).select(items.length)
  return {
    title: plural === 'one' ? texts.digest.title.one : texts.digest.title.other,
    paragraphs: [texts.digest.intro],
    values: {
      count: new Intl.NumberFormat(reader.locale).format(items.length),
      workspace: singleLine(reader.workspaceName ?? texts.platform),
    },
    place: 'home' as const,
    itemsHtml: digestItems(items, reader),
    itemsText: digestText(items, reader),
  }
}

function plainText(
  letter: {
    readonly greeting: string
    readonly paragraphs: readonly string[]
    readonly itemsText: string | null
    readonly action: string
    readonly why: string
    readonly preferences: string
    readonly unsubscribe: string | null
  },
  values: Values,
): string {
  const filled = (text: string) => fill(text, values)
  const footer = [
    filled(letter.why),
    filled(`${letter.preferences}: {preferencesUrl}`),
    ...(letter.unsubscribe === null ? [] : [filled(`${letter.unsubscribe}: {unsubscribeUrl}`)]),
  ]
  return [
    filled(letter.greeting),
    ...letter.paragraphs.map(filled),
    ...(letter.itemsText === null ? [] : [letter.itemsText]),
    filled(`${letter.action}: {actionUrl}`),
    ['-- ', ...footer].join('\n'),
  ].join('\n\n')
}
