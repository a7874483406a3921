import { escapeHtml } from '@logicspike/mail'

/** What one layout is made for. Texts are plain, and may hold places such as `{memberName}`. */
export type LetterShape = {
  readonly language: string
  readonly hasLogo: boolean
  readonly title: string
  readonly paragraphs: readonly string[]
  readonly greeting: string
  readonly action: string
  readonly why: string
  /** Null in letters that cannot be switched off. */
  readonly unsubscribe: string | null
  readonly preferences: string
  /** Keeps a place, `{items}`, for HTML made elsewhere. */
  readonly isDigest: boolean
}

/**
 * MJML takes colours only, no places for them; so these stand in, and are exchanged once it is HTML.
 * No such colours are used otherwise.
 */
const standIns = {
  '#a00001': '{primaryColor}',
  '#a00002': '{onPrimaryColor}',
  '#a00003': '{accentColor}',
  '#a00004': '{onAccentColor}',
} as const

/** Puts the places for colours back into what MJML made. */
export const withColorPlaces = (html: string): string =>
  html.replace(/#a0000[1-4]/g, (color) => standIns[color as keyof typeof standIns])

/**
 * The one layout of letters, as MJML: brand, heading, what happened, a button, and why it came. No
 * fonts, scripts or images from anywhere but the logo, so nothing tells that it was opened.
 */
export function letterLayout(shape: LetterShape): string {
  const paragraphs = shape.paragraphs.map((text) => `<mj-text>${escapeHtml(text)}</mj-text>`)
  return `<mjml lang="${shape.language}" dir="ltr">
  <mj-head>
    <mj-title>${escapeHtml(shape.title)}</mj-title>
    <mj-preview>${escapeHtml(shape.paragraphs[0] ?? '')}</mj-preview>
    <mj-attributes>
      <mj-all font-family="-apple-system, 'Segoe UI', Roboto, 'Noto Sans', Helvetica, Arial, sans-serif" />
      <mj-text font-size="16px" line-height="24px" color="#1d2129" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f3f4f6">
    <mj-section background-color="#a00001" padding="16px">
      <mj-column>${brand(shape.hasLogo)}</mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" padding="24px 8px">
      <mj-column>
        <mj-text font-size="22px" line-height="30px" font-weight="600">${escapeHtml(shape.title)}</mj-text>
        <mj-text>${escapeHtml(shape.greeting)}</mj-text>
        ${paragraphs.join('\n        ')}
        ${shape.isDigest ? '<mj-text>{items}</mj-text>' : ''}
        <mj-button href="{actionUrl}" background-color="#a00003" color="#a00004" align="left" font-size="16px" border-radius="6px">${escapeHtml(shape.action)}</mj-button>
      </mj-column>
    </mj-section>
    <mj-section padding="16px 8px">
      <mj-column>
        <mj-text font-size="13px" line-height="20px" color="#5b6472">${footer(shape)}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`
}

const brand = (hasLogo: boolean): string =>
  hasLogo
    ? '<mj-image src="{logoUrl}" alt="{brandName}" width="140px" align="left" padding="0 16px" />'
    : '<mj-text color="#a00002" font-size="18px" font-weight="600" padding="0 16px">{brandName}</mj-text>'

function footer({ why, unsubscribe, preferences }: LetterShape): string {
  const links = [
    ['{preferencesUrl}', preferences],
    ...(unsubscribe === null ? [] : [['{unsubscribeUrl}', unsubscribe]]),
  ].map(([url, label]) => `<a href="${url}" style="color:#5b6472">${escapeHtml(label ?? '')}</a>`)
  return `${escapeHtml(why)}<br />${links.join(' · ')}`
}
