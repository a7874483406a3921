export type RoleNameTakenError = {
  readonly __typename: 'RoleNameTakenError'
  readonly message: string
  readonly path: string[]
}

export type PermissionsNotHeldError = {
  readonly __typename: 'PermissionsNotHeldError'
  readonly message: string
  readonly path: string[]
  readonly permissions: string[]
}

export type RoleLimitReachedError = {
  readonly __typename: 'RoleLimitReachedError'
  readonly message: string
  readonly path: null
  readonly limit: number
}

export type RoleInUseError = {
  readonly __typename: 'RoleInUseError'
  readonly message: string
  readonly path: string[]
  readonly memberCount: number
}

export type TemplateRoleError = {
  readonly __typename: 'TemplateRoleError'
  readonly message: string
  readonly path: string[]
}

export const roleNameTaken = (...path: string[]): RoleNameTakenError => ({
  __typename: 'RoleNameTakenError',
  message: 'Another role has this name.',
  path,
})

/** @param permissions those that the caller does not hold */
export const permissionsNotHeld = (
  permissions: readonly string[],
  ...path: string[]
): PermissionsNotHeldError => ({
  __typename: 'PermissionsNotHeldError',
  message: 'A role permits at most what its author may do.',
  path,
  permissions: permissions.toSorted(),
})

export const roleLimitReached = (limit: number): RoleLimitReachedError => ({
  __typename: 'RoleLimitReachedError',
  message: `A workspace has at most ${limit} custom roles.`,
  path: null,
  limit,
})

export const roleInUse = (memberCount: number): RoleInUseError => ({
  __typename: 'RoleInUseError',
  message: 'The role is still in use. Give its members another one first.',
  path: ['id'],
  memberCount,
})

export const templateRole = (): TemplateRoleError => ({
  __typename: 'TemplateRoleError',
  message: 'Owner, Admin and Member are the same in every workspace and cannot be changed.',
  path: ['id'],
})
