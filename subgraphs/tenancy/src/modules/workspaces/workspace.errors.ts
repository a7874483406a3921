import { statusName, type WorkspaceStatus, type WorkspaceStatusName } from './workspace-states.ts'

export type SlugTakenError = {
  readonly __typename: 'SlugTakenError'
  readonly message: string
  readonly path: string[]
}

export type WorkspaceLimitReachedError = {
  readonly __typename: 'WorkspaceLimitReachedError'
  readonly message: string
  readonly path: null
  readonly limit: number
}

export type WorkspaceStatusError = {
  readonly __typename: 'WorkspaceStatusError'
  readonly message: string
  readonly path: null
  readonly status: WorkspaceStatusName
}

export type SecondFactorNotUsedError = {
  readonly __typename: 'SecondFactorNotUsedError'
  readonly message: string
  readonly path: string[]
}

/** The same for taken, held and reserved handles: which it is, is nobody's business. */
export const slugTaken = (): SlugTakenError => ({
  __typename: 'SlugTakenError',
  message: 'This slug cannot be had. Choose another one.',
  path: ['slug'],
})

export const workspaceLimitReached = (limit: number): WorkspaceLimitReachedError => ({
  __typename: 'WorkspaceLimitReachedError',
  message: `You are in ${limit} workspaces, and nobody can be in more. Leave one first.`,
  path: null,
  limit,
})

export const workspaceStatusError = (status: WorkspaceStatus): WorkspaceStatusError => ({
  __typename: 'WorkspaceStatusError',
  message: `The workspace is ${status}; this cannot be done now.`,
  path: null,
  status: statusName(status),
})

export const secondFactorNotUsed = (): SecondFactorNotUsedError => ({
  __typename: 'SecondFactorNotUsedError',
  message: 'Sign in with a second factor first, or you would lock yourself out.',
  path: ['requiresMfa'],
})
