/**
 * The one registry of id prefixes. A prefix names what an id points to; no two nouns share one,
 * and no secret (API key, gateway key, token) ever begins with one of these.
 */
export const prefixes = {
  user: 'usr',
  workspace: 'wks',
  member: 'mem',
  role: 'rol',
  invitation: 'ivt',
  session: 'ses',
  event: 'evt',
  audit: 'aud',
  signingKey: 'sgk',
  credential: 'crd',
  passkey: 'pky',
  linkedIdentity: 'lnk',
  challenge: 'chl',
  client: 'cli',
  mail: 'mal',
  request: 'req',
  plan: 'pln',
  planSubscription: 'sub',
  notification: 'ntf',
  announcement: 'ann',
  notificationDelivery: 'dlv',
  slackConnection: 'slk',
} as const

export type Noun = keyof typeof prefixes
export type PrefixOf<N extends Noun> = (typeof prefixes)[N]
