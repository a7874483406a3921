import { createHash } from 'node:crypto'
import { escapeHtml } from '@logicspike/mail'
import { fill } from '../letters/fill.ts'
import type { LetterTexts } from '../letters/texts/letter-texts.ts'
import type { OptionalCategory } from './unsubscribe-link.ts'

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color:#1d2129}' +
  'button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:6px;background:#1f2a44;color:#fff}'

/** No scripts, nothing from elsewhere, in nobody's frame; the form goes to where it came from. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Asks before anything happens: mail scanners open links, and people open them by mistake. */
export function questionPage(
  texts: LetterTexts,
  category: OptionalCategory,
  workspace: string | null,
): string {
  const words = texts.unsubscribePage
  const question = workspace === null ? words.questionOfAccount : words.question
  const asked = fill(question, {
    category: words.categories[category] ?? category,
    workspace: workspace ?? '',
  })
  const button = `<button>${escapeHtml(words.button)}</button>`
  return page(
    texts,
    `<p>${escapeHtml(asked)}</p><form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">${button}</form>`,
  )
}

/** What came of it, or why nothing does. */
export const answerPage = (texts: LetterTexts, answer: 'done' | 'invalid' | 'mandatory'): string =>
  page(texts, `<p>${escapeHtml(texts.unsubscribePage[answer])}</p>`)

function page({ language, unsubscribePage }: LetterTexts, body: string): string {
  const title = escapeHtml(unsubscribePage.title)
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer"><style>${STYLE}</style>
<main><h1>${title}</h1>${body}</main></html>`
}
