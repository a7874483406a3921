import type { IdOf } from '@logicspike/ids'
import { type Place, places } from './letter-kinds.ts'

/**
 * A page of the console, absolute. The host is the configured one.
 * @param workspaceId which workspace the page is to be opened in, where that matters
 */
export function placeUrl(
  consoleUrl: string,
  place: Place,
  workspaceId: IdOf<'workspace'> | null,
): string {
  const url = new URL(places[place], consoleUrl)
  if (workspaceId !== null) url.searchParams.set('workspace', workspaceId)
  return url.href
}
