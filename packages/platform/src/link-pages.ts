/** A page that a link in a mail leads to, until the console serves its own. */
export type LinkPage = {
  readonly path: string
  readonly title: string
  readonly explanation: string
  /** Whether the mutation is somebody's, so that they have to say who they are. */
  readonly signsIn: boolean
  /** Asks for a new password beside the token. */
  readonly asksNewPassword: boolean
  readonly mutation: string
  readonly done: string
}

const payload = '{ userErrors { ... on UserError { message } } }'

export const linkPages: readonly LinkPage[] = [
  {
    path: '/verify-email',
    title: 'Confirm your address',
    explanation: 'One click confirms that this mailbox is yours.',
    signsIn: false,
    asksNewPassword: false,
    mutation: `mutation ($input: VerifyEmailInput!) { answer: verifyEmail(input: $input) ${payload} }`,
    done: 'Your address is confirmed. You can sign in now.',
  },
  {
    path: '/reset-password',
    title: 'Choose a new password',
    explanation: 'Sessions on all devices end when you do.',
    signsIn: false,
    asksNewPassword: true,
    mutation: `mutation ($input: ResetPasswordInput!) { answer: resetPassword(input: $input) ${payload} }`,
    done: 'Your password is changed. Sign in with the new one.',
  },
  {
    path: '/accept-invitation',
    title: 'Join a workspace',
    explanation: 'Sign in with the address that was invited. No account yet? Sign up first.',
    signsIn: true,
    asksNewPassword: false,
    mutation: `mutation ($input: AcceptInvitationInput!) { answer: acceptInvitation(input: $input) ${payload} }`,
    done: 'You are a member now.',
  },
  {
    path: '/confirm-email-change',
    title: 'Confirm your new address',
    explanation: 'Sign in to move your account to this address.',
    signsIn: true,
    asksNewPassword: false,
    mutation: `mutation ($input: ConfirmEmailChangeInput!) { answer: confirmEmailChange(input: $input) ${payload} }`,
    done: 'Your account has moved to the new address.',
  },
]
