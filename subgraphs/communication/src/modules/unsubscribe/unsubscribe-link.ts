import { type IdOf, isId } from '@logicspike/ids'
import type { SecretBox } from '@logicspike/secrets'
import type { Category, Channel, OutgoingMessage } from '../deliveries/channel.ts'
import { textsFor } from '../letters/texts/texts-for.ts'

/** Who no longer wants what: all that a link has to say, since whoever opens it is not signed in. */
export type UnsubscribeRequest = {
  readonly userId: IdOf<'user'>
  /** Null for what happens in no workspace. */
  readonly workspaceId: IdOf<'workspace'> | null
  readonly category: OptionalCategory
  readonly channel: Extract<Channel, 'EMAIL'>
}

/** What can be switched off; security mails cannot. */
export type OptionalCategory = Exclude<Category, 'SECURITY'>

const optional: Readonly<Record<Category, boolean>> = {
  ACCOUNT: true,
  SECURITY: false,
  MEMBERS: true,
  WORKSPACE: true,
  BILLING: true,
  DEVELOPER: true,
}

const isOptionalCategory = (category: string): category is OptionalCategory =>
  Object.hasOwn(optional, category) && optional[category as Category]

export const UNSUBSCRIBE_PATH = '/communication/unsubscribe'
const PURPOSE = 'unsubscribe-link'

/**
 * The link for a letter. It never runs out: a mail is unsubscribed from whenever it is read again
 * (RFC 8058 §3.1 asks for links that work on their own). It can do nothing but switch mails off.
 * @param publicUrl where clients reach the gateway
 * @param language of the page behind it, BCP 47; not signed, for it is of no consequence
 */
function unsubscribeUrl(
  secretBox: SecretBox,
  publicUrl: string,
  request: UnsubscribeRequest,
  language: string,
): string {
  const url = new URL(UNSUBSCRIBE_PATH, publicUrl)
  const text = textOf(request)
  url.searchParams.set('request', `${text}.${secretBox.sign(text, PURPOSE)}`)
  url.searchParams.set('lang', language)
  return url.href
}

/** What a link says; null where it is not ours, or was changed. */
export function readUnsubscribeToken(
  secretBox: SecretBox,
  token: string,
): UnsubscribeRequest | null {
  const [userId = '', workspace, category = '', channel, ...signature] = token.split('.')
  const text = [userId, workspace, category, channel].join('.')
  if (!secretBox.isSigned(text, signature.join('.'), PURPOSE)) return null
  const workspaceId = workspace === NO_WORKSPACE ? null : workspace
  if (!isId('user', userId) || !isOptionalCategory(category) || channel !== 'EMAIL') return null
  if (workspaceId !== null && !isId('workspace', workspaceId)) return null
  return { userId, workspaceId, category, channel }
}

const NO_WORKSPACE = '-'

const textOf = ({ userId, workspaceId, category, channel }: UnsubscribeRequest): string =>
  [userId, workspaceId ?? NO_WORKSPACE, category, channel].join('.')

/** The links for letters; none where there is nobody, or nothing that can be switched off. */
export const createUnsubscribeLinks =
  (secretBox: SecretBox, publicUrl: string) =>
  ({ recipient, workspace, category, isSecurity }: OutgoingMessage): string | null => {
    if (recipient.userId === null || isSecurity || !isOptionalCategory(category)) return null
    const { userId } = recipient
    const workspaceId = workspace?.id ?? null
    const request = { userId, workspaceId, category, channel: 'EMAIL' } as const
    return unsubscribeUrl(secretBox, publicUrl, request, textsFor(recipient.locale).language)
  }
