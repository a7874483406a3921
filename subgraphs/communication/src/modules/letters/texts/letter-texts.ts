import type { LetterType, letterKinds, Place } from '../letter-kinds.ts'

/**
 * Words for one notification. `{memberName}` stands for a fact, `{workspace}` for the workspace's
 * name, `{when}` for the moment it happened.
 */
export type LetterText = {
  /** The subject, the heading, and all that an inbox shows in bold. One line, no full stop. */
  readonly title: string
  /** Of plain text; the first says all that has to be said. */
  readonly paragraphs: readonly [string, ...string[]]
}

type Kinds = typeof letterKinds
type WordsOf<Type extends LetterType> = Kinds[Type] extends {
  readonly cases: { readonly of: readonly (infer Case extends string)[] }
}
  ? Readonly<Record<Case, LetterText>>
  : LetterText

/** All that is said in one language. A language that lacks something does not compile. */
export type LetterTexts = {
  /** BCP 47; dates are written in it where the reader's locale is of another language. */
  readonly language: string
  readonly greeting: { readonly named: string; readonly unnamed: string }
  /** In place of a name that is not known (any more). */
  readonly somebody: string
  /** In place of a workspace's name that is not known. */
  readonly platform: string
  readonly actions: Readonly<Record<Place, string>>
  readonly footer: {
    /** Why they get this letter; security letters have no way to be switched off. */
    readonly why: string
    readonly whySecurity: string
    readonly unsubscribe: string
  }
  readonly digest: {
    /** By the plural category of `{count}` in this language (CLDR). */
    readonly title: { readonly one: string; readonly other: string }
    readonly intro: string
  }
  readonly unsubscribePage: {
    readonly title: string
    readonly question: string
    readonly questionOfAccount: string
    readonly button: string
    readonly done: string
    readonly invalid: string
    readonly mandatory: string
    readonly categories: Readonly<Record<string, string>>
  }
  readonly letters: { readonly [Type in LetterType]: WordsOf<Type> }
}
