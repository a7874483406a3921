/** What a deployment decides about tenancy. */
export type TenancyConfig = {
  /** `iss` of every token; compared as a whole. */
  readonly issuer: string
  /** Where the console is served, without a slash at the end; links in mails lead there. */
  readonly consoleUrl: string
  readonly limits: TenancyLimits
}

/** Bounds that an operator may want to move. */
export type TenancyLimits = {
  /** Workspaces one user may be a member of. */
  readonly workspacesPerUser: number
  readonly customRolesPerWorkspace: number
  readonly membersPerWorkspace: number
  /** How long a deleted workspace can be restored. */
  readonly graceDays: number
  /** How long nobody else gets a handle that was given up. */
  readonly slugHoldDays: number
  /** How long an invitation can be accepted after it was sent. */
  readonly invitationDays: number
  /** Invitations one workspace may send within an hour. */
  readonly invitationsPerHour: number
  /** Invitations one workspace may send to one address within a day. */
  readonly invitationsPerRecipientDay: number
  /** Invitations all workspaces together may mail to one address within a day. */
  readonly lettersPerRecipientDay: number
}

export const defaultLimits: TenancyLimits = {
  workspacesPerUser: 50,
  customRolesPerWorkspace: 50,
  membersPerWorkspace: 1_000,
  graceDays: 30,
  slugHoldDays: 90,
  invitationDays: 7,
  invitationsPerHour: 50,
  invitationsPerRecipientDay: 3,
  lettersPerRecipientDay: 10,
}
