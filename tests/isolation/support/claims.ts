/** What a token says, read as a client may: the signature is the services' business. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** The permissions in a token. */
export const permissionsOf = (token: string): string[] =>
  String(claimsOf(token).scope).split(' ').filter(Boolean)
