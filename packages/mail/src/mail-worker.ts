import type { SecretBox } from '@logicspike/secrets'
import type { Logger } from '@logicspike/telemetry'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import type { MailMessage, MailTransport } from './message.ts'

type Claimed = { id: string; sealed_message: string; attempts: number }

export type MailWorker = {
  /** Sends all that is due and returns how many went out; safe to run on many instances. */
  deliverDue(): Promise<number>
  /** Delivers every `intervalMs` until stopped. */
  start(intervalMs?: number): void
  /** Lets a delivery under way end. */
  stop(): Promise<void>
}

const BATCH = 20
const MAX_ATTEMPTS = 8

/** A claim doubles as the retry time: a worker that dies leaves the mail to the next one. */
const CLAIM = `update mail_queue set attempts = attempts + 1,
    next_attempt_at = case when attempts + 1 < ${MAX_ATTEMPTS}
      then ?::timestamptz + interval '30 seconds' * power(2, attempts) end
  where id in (select id from mail_queue where next_attempt_at <= ?
    order by next_attempt_at limit ${BATCH} for update skip locked)
  returning id, sealed_message, attempts`

const MARK_SENT =
  'update mail_queue set sent_at = ?, sealed_message = null, next_attempt_at = null where id = ?'

/**
 * Delivers queued mails at least once, with back-off (30 s, doubling), giving up after 8 tries;
 * what was given up keeps its sealed text for an operator to requeue.
 */
export function createMailWorker(deps: {
  em: () => SqlEntityManager
  transport: MailTransport
  secretBox: SecretBox
  clock: { now(): Date }
  log: Logger
}): MailWorker {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> = Promise.resolve(0)

  async function claim(): Promise<Claimed[]> {
    const now = deps.clock.now()
    return deps.em().execute<Claimed[]>(CLAIM, [now, now], 'all')
  }

  async function deliver({ id, sealed_message, attempts }: Claimed): Promise<boolean> {
    try {
      const message = JSON.parse(deps.secretBox.open(sealed_message, `mail:${id}`)) as MailMessage
      await deps.transport.send({ ...message, id })
      await deps.em().execute(MARK_SENT, [deps.clock.now(), id], 'run')
      return true
    } catch (error) {
      deps.log.warn({ err: error, mailId: id, attempts }, 'a mail could not be sent; it is retried')
      return false
    }
  }

  async function drain(): Promise<number> {
    let sent = 0
    for (let claimed = await claim(); claimed.length > 0; claimed = await claim()) {
      const outcomes = await Promise.all(claimed.map(deliver))
      sent += outcomes.filter(Boolean).length
    }
    return sent
  }

  /** One drain at a time per worker, so that `stop` has one thing to wait for. */
  function deliverDue(): Promise<number> {
    running = running.catch(() => 0).then(drain)
    return running
  }

  return {
    deliverDue,
    start(intervalMs = 500) {
      timer = setInterval(() => {
        deliverDue().catch((error: unknown) =>
          deps.log.error({ err: error }, 'mail queue unreachable'),
        )
      }, intervalMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await running.catch(() => 0)
    },
  }
}
