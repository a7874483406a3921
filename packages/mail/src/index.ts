export { type EmailAddress, normalizeEmail } from './email-address.ts'
export { enqueueMail, type MailContext } from './enqueue-mail.ts'
export { MailRefused } from './mail-refused.ts'
export { createMailWorker, type MailWorker } from './mail-worker.ts'
export {
  composeLetter,
  escapeHtml,
  linkTokenOf,
  type MailMessage,
  type MailTransport,
  singleLine,
} from './message.ts'
export { QueuedMail } from './queued-mail.entity.ts'
export {
  createDiskMailbox,
  createMailTransport,
  createMemoryMailbox,
  type Mailbox,
  type StoredMail,
} from './transports.ts'
