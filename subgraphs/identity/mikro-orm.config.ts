import type { ServiceDatabase } from '@logicspike/database'
import { OutboxEvent } from '@logicspike/events'
import { QueuedMail } from '@logicspike/mail'
import { CreateSessionsAndTokens20261123054530 } from './migrations/20261123054530.create-sessions-and-tokens.ts'
import { CreateUsersAndCredentials20261123055532 } from './migrations/20261123055532.create-users-and-credentials.ts'
import { CreateSecondFactors20261123055917 } from './migrations/20261123055917.create-second-factors.ts'
import { TieSessionsToUsers20261123060556 } from './migrations/20261123060556.tie-sessions-to-users.ts'
import { MakeOutboxAppendOnly20261123064800 } from './migrations/20261123064800.make-outbox-append-only.ts'
import { EmailToken } from './src/modules/credentials/email-token.entity.ts'
import { Password } from './src/modules/credentials/password.entity.ts'
import { GoogleTransaction } from './src/modules/google/google-transaction.entity.ts'
import { LinkedIdentity } from './src/modules/google/linked-identity.entity.ts'
import { OauthClient } from './src/modules/oauth/oauth-client.entity.ts'
import { RateLimit } from './src/modules/rate-limits/rate-limit.entity.ts'
import { Challenge } from './src/modules/second-factors/challenge.entity.ts'
import { Passkey } from './src/modules/second-factors/passkey.entity.ts'
import { RecoveryCode } from './src/modules/second-factors/recovery-code.entity.ts'
import { TotpFactor } from './src/modules/second-factors/totp-factor.entity.ts'
import { RefreshToken } from './src/modules/sessions/refresh-token.entity.ts'
import { Session } from './src/modules/sessions/session.entity.ts'
import { SigningKey } from './src/modules/tokens/signing-key.entity.ts'
import { User } from './src/modules/users/user.entity.ts'

/** What identity keeps. Add an entity to the list, then create the migration. */
const identityDatabase: ServiceDatabase = {
  service: 'identity',
  entities: [
    User,
    Password,
    EmailToken,
    LinkedIdentity,
    GoogleTransaction,
    TotpFactor,
    RecoveryCode,
    Passkey,
    Challenge,
    RateLimit,
    Session,
    RefreshToken,
    SigningKey,
    OauthClient,
    OutboxEvent,
    QueuedMail,
  ],
  migrations: [
    CreateSessionsAndTokens20261123054530,
    CreateUsersAndCredentials20261123055532,
    CreateSecondFactors20261123055917,
    TieSessionsToUsers20261123060556,
    MakeOutboxAppendOnly20261123064800,
  ],
}

export default identityDatabase
