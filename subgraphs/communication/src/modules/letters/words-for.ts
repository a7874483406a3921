import type { MessageItem } from '../deliveries/channel.ts'
import { fill } from './fill.ts'
import { itemValues, type Reader } from './item-values.ts'
import { isLetterType, type LetterType, letterKind, type Place } from './letter-kinds.ts'
import type { LetterText, LetterTexts } from './texts/letter-texts.ts'
import { textsFor } from './texts/texts-for.ts'

/** What is said of one item, in plain text. */
export type Words = {
  readonly title: string
  readonly paragraphs: readonly string[]
  readonly place: Place
}

/**
 * The words for an item, in the reader's language. Pure.
 * @throws Error for a type or case there are no words for, or a fact that is missing
 */
export function wordsFor(
  item: Pick<MessageItem, 'type' | 'facts' | 'occurredAt'>,
  reader: Reader,
): Words {
  const kind = letterKind(item.type)
  const texts = textsFor(reader.locale)
  const text = letterText(texts, item)
  const values = itemValues(kind, item, reader, texts)
  return {
    title: fill(text.title, values),
    paragraphs: text.paragraphs.map((paragraph) => fill(paragraph, values)),
    place: kind.place,
  }
}

/** The words of a type, with places still in them; of its case, where it has cases. */
export function letterText(
  texts: LetterTexts,
  { type, facts }: Pick<MessageItem, 'type' | 'facts'>,
): LetterText {
  const { cases } = letterKind(type)
  const name = cases ? String(facts[cases.fact]) : null
  const found = isLetterType(type) ? textsOfType(texts, type)[name ?? ''] : undefined
  if (!found) throw new Error(`There are no words for ${type} where it is ${name}.`)
  return found
}

/** All words of a type by case; under the empty name where it has no cases. */
export function textsOfType(
  texts: LetterTexts,
  type: LetterType,
): Readonly<Record<string, LetterText>> {
  const words: LetterText | Readonly<Record<string, LetterText>> = texts.letters[type]
  return isText(words) ? { '': words } : words
}

const isText = (words: object): words is LetterText => 'paragraphs' in words
