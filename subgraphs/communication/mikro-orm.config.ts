import type { ServiceDatabase } from '@logicspike/database'
import { consumerEntities, OutboxEvent, outboxGrants } from '@logicspike/events'
import { CreateOutbox20261126161711 } from './migrations/20261126161711.create-outbox.ts'
import { CreateMailSuppressions20261201011300 } from './migrations/20261201011300.create-mail-suppressions.ts'
import { CreateNotifications20261201012105 } from './migrations/20261201012105.create-notifications.ts'
import { CreateConsumers20261201014912 } from './migrations/20261201014912.create-consumers.ts'
import { CreateSlackConnections20261201015500 } from './migrations/20261201015500.create-slack-connections.ts'
import { CreateSweptPlaces20261201024349 } from './migrations/20261201024349.create-swept-places.ts'
import { MailTally } from './src/modules/deliveries/mail-tally.entity.ts'
import { NotificationDelivery } from './src/modules/deliveries/notification-delivery.entity.ts'
import { QueuedDispatch } from './src/modules/deliveries/queued-dispatch.entity.ts'
import { MailSuppression } from './src/modules/mail-channel/mail-suppression.entity.ts'
import { Announcement } from './src/modules/notifications/announcement.entity.ts'
import { Notification } from './src/modules/notifications/notification.entity.ts'
import { DeliveryHabit } from './src/modules/preferences/delivery-habit.entity.ts'
import { NotificationPreference } from './src/modules/preferences/notification-preference.entity.ts'
import { WorkspaceDefault } from './src/modules/preferences/workspace-default.entity.ts'
import { SweptPlace } from './src/modules/retention/swept-place.entity.ts'
import { SlackConnection } from './src/modules/slack/slack-connection.entity.ts'

/** What communication keeps; read by the service, the migration tools and the tests. */
const communicationDatabase: ServiceDatabase = {
  service: 'communication',
  entities: [
    ...[Notification, Announcement, NotificationDelivery, QueuedDispatch],
    ...[MailTally, MailSuppression],
    SweptPlace,
    ...[NotificationPreference, DeliveryHabit, WorkspaceDefault],
    SlackConnection,
    ...consumerEntities,
    OutboxEvent,
  ],
  migrations: [
    CreateOutbox20261126161711,
    CreateMailSuppressions20261201011300,
    CreateNotifications20261201012105,
    CreateConsumers20261201014912,
    CreateSlackConnections20261201015500,
    CreateSweptPlaces20261201024349,
  ],
  grants: outboxGrants,
}

export default communicationDatabase
