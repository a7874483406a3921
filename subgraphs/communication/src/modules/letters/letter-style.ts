import type { Branding } from '../deliveries/channel.ts'

/** The look of a letter; every value is fit for HTML attributes and CSS once escaped. */
export type LetterStyle = {
  readonly brandName: string
  /** An absolute https address, or null: the name stands in its place. */
  readonly logoUrl: string | null
  readonly primaryColor: string
  /** Black or white, whichever can be read on the primary colour. */
  readonly onPrimaryColor: string
  readonly accentColor: string
  readonly onAccentColor: string
}

const DEFAULT_PRIMARY = '#1f2a44'
const DEFAULT_ACCENT = '#2f5bea'

/**
 * How a workspace's letters look. Settings are checked where they are stored; here once more, since a
 * colour that is none would end up in a style attribute of everybody's mail.
 */
export function letterStyle(branding: Branding | null, fallbackName: string): LetterStyle {
  const primaryColor = color(branding?.primaryColor) ?? DEFAULT_PRIMARY
  const accentColor =
    color(branding?.accentColor) ?? color(branding?.primaryColor) ?? DEFAULT_ACCENT
  return {
    brandName: branding?.name ?? fallbackName,
    logoUrl: httpsUrl(branding?.logoUrl),
    primaryColor,
    onPrimaryColor: readableOn(primaryColor),
    accentColor,
    onAccentColor: readableOn(accentColor),
  }
}

const color = (text: string | null | undefined): string | null =>
  text && /^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : null

function httpsUrl(text: string | null | undefined): string | null {
  const url = text ? URL.parse(text) : null
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null
}

/** The one of black and white with more contrast on `background` (WCAG 2.2, relative luminance). */
export function readableOn(background: string): '#000000' | '#ffffff' {
  const luminance = relativeLuminance(background)
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff'
}

function relativeLuminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
