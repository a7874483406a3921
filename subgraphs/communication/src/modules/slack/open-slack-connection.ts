import type { SecretBox } from '@logicspike/secrets'
import type { SlackTarget } from './slack-api.ts'
import type { SlackConnection } from './slack-connection.entity.ts'

/** A secret is bound to its row: moved to another, it does not open. */
export const secretContext = (id: SlackConnection['id']): string => `slack:${id}`

/** The connection with its secret, for a call. */
export const openSlackConnection = (
  secretBox: SecretBox,
  { id, kind, channelId, sealedSecret }: SlackConnection,
): SlackTarget => ({ id, kind, channelId, secret: secretBox.open(sealedSecret, secretContext(id)) })
