type SlackUserError<Name extends string> = {
  readonly __typename: Name
  readonly message: string
  readonly path: null
}

export type SlackRefusedError = SlackUserError<'SlackRefusedError'> & { readonly reason: string }
export type SlackBusyError = SlackUserError<'SlackBusyError'>
export type SlackUnreachableError = SlackUserError<'SlackUnreachableError'>

/** @param reason Slack's own word */
export const slackRefused = (reason: string): SlackRefusedError => ({
  __typename: 'SlackRefusedError',
  message: 'Slack did not take the message. Connect the workspace anew.',
  path: null,
  reason,
})

export const slackBusy = (): SlackBusyError => ({
  __typename: 'SlackBusyError',
  message: 'Slack takes no more messages for a moment. Try again later.',
  path: null,
})

export const slackUnreachable = (): SlackUnreachableError => ({
  __typename: 'SlackUnreachableError',
  message: 'Slack could not be reached. Try again later.',
  path: null,
})
