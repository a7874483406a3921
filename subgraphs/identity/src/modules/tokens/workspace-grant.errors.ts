/** No such workspace for this user: it may not exist, or be somebody else's, or be deleted. */
export type WorkspaceNotAccessibleError = {
  readonly __typename: 'WorkspaceNotAccessibleError'
  readonly message: string
  readonly path: string[]
}

export type WorkspaceSuspendedError = {
  readonly __typename: 'WorkspaceSuspendedError'
  readonly message: string
  readonly path: string[]
}

export type MfaRequiredError = {
  readonly __typename: 'MfaRequiredError'
  readonly message: string
  readonly path: string[]
}

/** Why no token for a workspace is given. */
export type WorkspaceRefusal =
  | WorkspaceNotAccessibleError
  | WorkspaceSuspendedError
  | MfaRequiredError

const path = ['workspaceId']

export const workspaceNotAccessible = (): WorkspaceNotAccessibleError => ({
  __typename: 'WorkspaceNotAccessibleError',
  message: 'There is no such workspace for you.',
  path,
})

export const workspaceSuspended = (): WorkspaceSuspendedError => ({
  __typename: 'WorkspaceSuspendedError',
  message: 'This workspace is suspended.',
  path,
})

export const mfaRequired = (): MfaRequiredError => ({
  __typename: 'MfaRequiredError',
  message: 'This workspace asks for a second factor. Confirm it is you, then try again.',
  path,
})
