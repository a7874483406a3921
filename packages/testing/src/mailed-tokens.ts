import { isId } from '@logicspike/ids'
import { linkTokenOf, type StoredMail } from '@logicspike/mail'

/**
 * Reads mails as their addressee would: sends what is due, then looks at the newest one. Mails that
 * tell of events come whenever those are heard of, and are left out.
 */
export type MailedTokens = {
  /** The newest mail to an address. @throws where there is none */
  mailTo(email: string): Promise<StoredMail>
  /** The token in the link of the newest that has one. @throws where there is none */
  tokenMailedTo(email: string): Promise<string>
  /** Mails to an address that tell of events, oldest first; those that went out by now. */
  newsTo(email: string): readonly StoredMail[]
  /** How many mails went to an address. */
  countTo(email: string): Promise<number>
}

export function createMailedTokens(
  mailbox: { readonly sent: readonly StoredMail[] },
  deliver: () => Promise<unknown>,
): MailedTokens {
  async function to(email: string): Promise<StoredMail[]> {
    await deliver()
    const letters = mailbox.sent.filter(({ id }) => isId('mail', id))
    return letters.filter((mail) => mail.to.toLowerCase() === email.toLowerCase())
  }

  async function mailTo(email: string): Promise<StoredMail> {
    const newest = (await to(email)).at(-1)
    if (!newest) throw new Error(`No mail went to ${email}.`)
    return newest
  }

  return {
    mailTo,
    async tokenMailedTo(email) {
      const tokens = (await to(email)).map(linkTokenOf)
      const token = tokens.findLast((each) => each !== null)
      if (!token) throw new Error(`No mail to ${email} has a token.`)
      return token
    },
    newsTo: (email) =>
      mailbox.sent.filter(({ id, to }) => to === email && isId('notificationDelivery', id)),
    countTo: async (email) => (await to(email)).length,
  }
}
