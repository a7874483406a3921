export type MemberOutOfReachError = {
  readonly __typename: 'MemberOutOfReachError'
  readonly message: string
  readonly path: string[]
}

export type RoleOutOfReachError = {
  readonly __typename: 'RoleOutOfReachError'
  readonly message: string
  readonly path: string[]
}

export type LastOwnerError = {
  readonly __typename: 'LastOwnerError'
  readonly message: string
  readonly path: string[] | null
}

export type MemberCannotSignInError = {
  readonly __typename: 'MemberCannotSignInError'
  readonly message: string
  readonly path: string[]
}

export const memberOutOfReach = (): MemberOutOfReachError => ({
  __typename: 'MemberOutOfReachError',
  message: 'This member’s role exceeds your own.',
  path: ['memberId'],
})

/** @param path where the input names the role */
export const roleOutOfReach = (...path: string[]): RoleOutOfReachError => ({
  __typename: 'RoleOutOfReachError',
  message: 'This role exceeds your own.',
  path,
})

/** @param path where the input names the member; none where the caller acts on themselves */
export const lastOwner = (...path: string[]): LastOwnerError => ({
  __typename: 'LastOwnerError',
  message: 'No other Owner could sign in. Transfer ownership to another member first.',
  path: path.length > 0 ? path : null,
})

export const memberCannotSignIn = (): MemberCannotSignInError => ({
  __typename: 'MemberCannotSignInError',
  message: 'This member’s account cannot sign in, so they cannot become Owner.',
  path: ['memberId'],
})
