import type { IdFactory } from '@logicspike/ids'
import type { SecretBox } from '@logicspike/secrets'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import type { MailMessage } from './message.ts'
import { QueuedMail } from './queued-mail.entity.ts'

export type MailContext = {
  readonly em: SqlEntityManager
  readonly ids: IdFactory
  readonly clock: { now(): Date }
  readonly secretBox: SecretBox
}

/** Queues a mail in the transaction of `ctx.em`; it goes out only if that commits. */
export function enqueueMail(ctx: MailContext, message: MailMessage): void {
  const id = ctx.ids('mail')
  const now = ctx.clock.now()
  ctx.em.persist(
    ctx.em.create(QueuedMail, {
      id,
      sealedMessage: ctx.secretBox.seal(JSON.stringify(message), `mail:${id}`),
      attempts: 0,
      nextAttemptAt: now,
      sentAt: null,
      createdAt: now,
    }),
  )
}
