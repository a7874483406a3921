import { singleLine } from '@logicspike/mail'
import type { Facts, MessageItem } from '../deliveries/channel.ts'
import type { Values } from './fill.ts'
import type { LetterKind } from './letter-kinds.ts'
import type { LetterTexts } from './texts/letter-texts.ts'
import { dateLocaleFor } from './texts/texts-for.ts'

/** Who reads it, and where it happened. */
export type Reader = {
  readonly locale: string
  readonly timezone: string
  readonly workspaceName: string | null
}

/** What the words for one item may mention, spelt for the reader, and not yet escaped. */
export function itemValues(
  kind: LetterKind,
  { facts, occurredAt }: Pick<MessageItem, 'facts' | 'occurredAt'>,
  reader: Reader,
  texts: LetterTexts,
): Values {
  const of = (names: readonly string[] = [], spell: (name: string) => string): Values =>
    Object.fromEntries(names.map((name) => [name, spell(name)]))
  return {
    workspace: singleLine(reader.workspaceName ?? texts.platform),
    when: momentFor(occurredAt, reader),
    ...of(kind.people, (name) => personName(facts[name], texts)),
    ...of(kind.dates, (name) => momentFor(new Date(known(facts, name)), reader)),
    ...of(kind.values, (name) => singleLine(known(facts, name))),
  }
}

/** A moment in the reader's language and time zone, which is named beside it. */
export function momentFor(moment: Date, reader: Pick<Reader, 'locale' | 'timezone'>): string {
  return new Intl.DateTimeFormat(dateLocaleFor(reader.locale), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: reader.timezone,
  }).format(moment)
}

function known(facts: Facts, name: string): string {
  const value = facts[name]
  if (value === null || value === undefined) throw new Error(`The fact ${name} is missing.`)
  return String(value)
}

/**
 * Somebody's name as it may stand in a mail. People choose their names, and mail programs make links
 * of whatever looks like an address; so joints between letters (dots, colons, slashes) become blanks.
 */
function personName(value: Facts[string] | undefined, texts: LetterTexts): string {
  const name = singleLine(String(value ?? '').replace(/(?<=\S)[.。．｡:/\\@]+(?=\S)/gu, ' '))
  return name === '' ? texts.somebody : name
}
