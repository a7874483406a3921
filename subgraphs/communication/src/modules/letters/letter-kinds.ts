/** Pages of the console that a letter may lead to, by what they are about. */
export const places = {
  home: '/',
  security: '/account/security',
  members: '/members',
  plan: '/billing',
  slack: '/settings/slack',
  preferences: '/account/notifications',
} as const

export type Place = keyof typeof places

/** What the words for a type of notification may mention, and where its button leads. */
export type LetterKind = {
  /** Facts that are names of people; where one is unknown, the words say "somebody". */
  readonly people?: readonly string[]
  /** Facts that are moments (ISO 8601); written in the reader's language and time zone. */
  readonly dates?: readonly string[]
  /** Facts that are said as they are. */
  readonly values?: readonly string[]
  /** A fact that decides which words are used: each value has words of its own. */
  readonly cases?: { readonly fact: string; readonly of: readonly string[] }
  readonly place: Place
}

const factors = { fact: 'factor', of: ['totp', 'passkey', 'recovery-codes'] } as const

/** Every type of notification that there are words for. */
export const letterKinds = {
  'user.created': { place: 'home' },
  'user.reactivated': { place: 'home' },
  'session.started': { place: 'security' },
  'session.revoked': { place: 'security' },
  'user.password_changed': {
    cases: { fact: 'by', of: ['change', 'reset'] },
    place: 'security',
  },
  'user.email_changed': { place: 'security' },
  'user.second_factor_added': { cases: factors, place: 'security' },
  'user.second_factor_removed': { cases: factors, place: 'security' },
  'user.identity_linked': { place: 'security' },
  'user.identity_unlinked': { place: 'security' },
  'workspace.security_policy_changed': {
    cases: { fact: 'requiresMfa', of: ['true', 'false'] },
    place: 'members',
  },
  'member.joined': { people: ['memberName'], place: 'members' },
  'member.removed': {
    people: ['memberName'],
    cases: { fact: 'by', of: ['removal', 'leaving', 'account-closed'] },
    place: 'members',
  },
  'member.you_were_removed': { place: 'home' },
  'member.role_changed': { place: 'home' },
  'workspace.created': { place: 'members' },
  'workspace.renamed': { values: ['name'], place: 'home' },
  'workspace.suspended': { place: 'home' },
  'workspace.resumed': { place: 'home' },
  'workspace.deleted': { dates: ['purgeAfter'], place: 'home' },
  'workspace.restored': { place: 'home' },
  'workspace.ownership_transferred': { people: ['fromName', 'toName'], place: 'members' },
  'plan_subscription.trial_started': { dates: ['trialEndsAt'], place: 'plan' },
  'plan_subscription.trial_expired': { place: 'plan' },
  'slack_connection.broken': { place: 'slack' },
} as const satisfies Record<string, LetterKind>

export type LetterType = keyof typeof letterKinds

export const isLetterType = (type: string): type is LetterType => Object.hasOwn(letterKinds, type)

/** The kind of that type. @throws Error where there are no words for it: a mistake of ours */
export function letterKind(type: string): LetterKind {
  if (!isLetterType(type)) throw new Error(`There are no words for ${type}.`)
  return letterKinds[type]
}
