export type OwnedWorkspace = { readonly id: string; readonly name: string }

export type SoleOwnerError = {
  readonly __typename: 'SoleOwnerError'
  readonly message: string
  readonly path: null
  readonly workspaces: OwnedWorkspace[]
}

/** Workspaces that would be left without anybody who may run them. */
export const soleOwner = (workspaces: readonly OwnedWorkspace[]): SoleOwnerError => ({
  __typename: 'SoleOwnerError',
  message: `You are the only Owner of ${workspaces.map(({ name }) => name).join(', ')}. Transfer or delete them first.`,
  path: null,
  workspaces: [...workspaces],
})
