/**
 * A link to a page of the console. The host is the configured one, never what a request said of
 * itself: a reset link that leads elsewhere hands the account to whoever runs that place.
 * @param path begins with a slash
 */
export function consoleLink(consoleUrl: string, path: string, token?: string): string {
  const url = new URL(path, consoleUrl)
  if (token !== undefined) url.searchParams.set('token', token)
  return url.href
}
