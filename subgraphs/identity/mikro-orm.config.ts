import type { ServiceDatabase } from '@logicspike/database'
import { OutboxEvent } from '@logicspike/events'
import { QueuedMail } from '@logicspike/mail'
import { CreateSessionsAndTokens20261123054530 } from './migrations/20261123054530.create-sessions-and-tokens.ts'
import { RefreshToken } from './src/modules/sessions/refresh-token.entity.ts'
import { Session } from './src/modules/sessions/session.entity.ts'
import { OauthClient } from './src/modules/tokens/oauth-client.entity.ts'
import { SigningKey } from './src/modules/tokens/signing-key.entity.ts'

/** What identity keeps. Add an entity to the list, then create the migration. */
const identityDatabase: ServiceDatabase = {
  service: 'identity',
  entities: [Session, RefreshToken, SigningKey, OauthClient, OutboxEvent, QueuedMail],
  migrations: [CreateSessionsAndTokens20261123054530],
}

export default identityDatabase
