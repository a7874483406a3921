import type { ServiceDatabase } from '@logicspike/database'
import { OutboxEvent, outboxGrants } from '@logicspike/events'
import { QueuedMail } from '@logicspike/mail'
import { CreateAccountsAndSessions20261123070905 } from './migrations/20261123070905.create-accounts-and-sessions.ts'
import { OrderTheOutbox20261126161714 } from './migrations/20261126161714.order-the-outbox.ts'
import { AddUserLocale20261201023633 } from './migrations/20261201023633.add-user-locale.ts'
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
    CreateAccountsAndSessions20261123070905,
    OrderTheOutbox20261126161714,
    AddUserLocale20261201023633,
  ],
  grants: outboxGrants,
}

export default identityDatabase
