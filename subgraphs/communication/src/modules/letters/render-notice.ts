import type { RenderNotice } from '../deliveries/channel.ts'
import { placeUrl } from './place-url.ts'
import { wordsFor } from './words-for.ts'

/** One item in a few words, for the inbox and for Slack. */
export const renderNotice: RenderNotice = (item, reader) => {
  const { title, paragraphs, place } = wordsFor(item, reader)
  return { title, text: paragraphs[0] ?? '', url: placeUrl(reader.consoleUrl, place, null) }
}
