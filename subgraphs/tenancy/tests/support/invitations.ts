import type { Person } from './fake-identity.ts'
import type { TenancyTestApp } from './tenancy-test-app.ts'

/** Invitations as people handle them: sent by a member, read in a mailbox, accepted by its owner. */
export type Invitations = {
  /** Invites and answers the payload. */
  // biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes
  invite(by: Inviter, email: string, roleId: string, more?: object): Promise<any>
  /** Invites, and answers the id and the token that was mailed. @throws where that is refused */
  invited(by: Inviter, email: string, roleId: string): Promise<{ id: string; token: string }>
  /** The token in the newest letter to an address. @throws where there is none */
  tokenMailedTo(email: string): Promise<string>
  /** How many letters went to an address. */
  lettersTo(email: string): Promise<number>
  /** Accepts with a token of no workspace; answers the payload. */
  // biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes
  accept(person: Person, token: string): Promise<any>
}

type Inviter = { token(): Promise<string> }

const SHOWN = 'invitation { id email status }'

export function useInvitations(tenancy: TenancyTestApp): Invitations {
  const lettersTo = async (email: string) => {
    await tenancy.app.mail.deliverDue()
    return tenancy.mailbox.sent.filter(({ to }) => to === email)
  }

  async function tokenMailedTo(email: string): Promise<string> {
    const letter = (await lettersTo(email)).at(-1)
    const token = /[?&]token=([^\s&]+)/.exec(letter?.text ?? '')?.[1]
    if (!token) throw new Error(`No token was mailed to ${email}.`)
    return decodeURIComponent(token)
  }

  const invite: Invitations['invite'] = async (by, email, roleId, more = {}) =>
    tenancy.mutate(await by.token(), 'inviteMember', { email, roleId, ...more }, SHOWN)

  return {
    invite,
    tokenMailedTo,
    lettersTo: async (email) => (await lettersTo(email)).length,
    async invited(by, email, roleId) {
      const { invitation, userErrors } = await invite(by, email, roleId)
      if (!invitation) throw new Error(JSON.stringify(userErrors))
      return { id: invitation.id, token: await tokenMailedTo(invitation.email) }
    },
    accept: (person, token) =>
      tenancy.mutate(
        tenancy.neutralToken(person),
        'acceptInvitation',
        { token },
        'workspace { id name }',
      ),
  }
}

/** Type names of the errors of a payload. */
export const refusals = (payload: { userErrors: { __typename: string }[] }): string[] =>
  payload.userErrors.map(({ __typename }) => __typename)
