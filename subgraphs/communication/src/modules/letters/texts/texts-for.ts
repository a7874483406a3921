import { de } from './de.ts'
import { en } from './en.ts'
import { hi } from './hi.ts'
import type { LetterTexts } from './letter-texts.ts'

/** Every language that letters are written in. */
export const languages: readonly LetterTexts[] = [en, de, hi]

/** The words for a locale (BCP 47), by its language; English where there are none. */
export const textsFor = (locale: string): LetterTexts =>
  languages.find(({ language }) => language === languageOf(locale)) ?? en

/** Which locale dates are written in: the reader's own, if it is of the language of the words. */
export const dateLocaleFor = (locale: string): string => {
  const { language } = textsFor(locale)
  return language === languageOf(locale) ? locale : language
}

const languageOf = (locale: string): string => locale.split('-')[0]?.toLowerCase() ?? ''
