/**
 * The life of an invitation as data, like that of a workspace. Nothing runs when one expires: the
 * row says `pending` until somebody looks, so everybody asks `statusAt` instead of the row.
 */
export const invitationTransitions = {
  accept: { from: ['pending'], to: 'accepted' },
  revoke: { from: ['pending'], to: 'revoked' },
  expire: { from: ['pending'], to: 'expired' },
  resend: { from: ['pending', 'expired'], to: 'pending' },
} as const satisfies Record<string, { from: readonly InvitationStatus[]; to: InvitationStatus }>

export const invitationStatuses = ['pending', 'accepted', 'revoked', 'expired'] as const

export type InvitationStatus = (typeof invitationStatuses)[number]
export type InvitationAction = keyof typeof invitationTransitions

type Facts = { readonly status: InvitationStatus; readonly expiresAt: Date }

/** What an invitation is at a moment: one that is past its time has expired, whatever its row says. */
export const statusAt = ({ status, expiresAt }: Facts, now: Date): InvitationStatus =>
  status === 'pending' && expiresAt <= now ? 'expired' : status

export function canTransition(status: InvitationStatus, action: InvitationAction): boolean {
  const from: readonly InvitationStatus[] = invitationTransitions[action].from
  return from.includes(status)
}

/**
 * The status an action leads to.
 * @throws TypeError where the action may not start from `status`; use cases ask `canTransition` first
 */
export function assertTransition(
  status: InvitationStatus,
  action: InvitationAction,
): InvitationStatus {
  if (!canTransition(status, action)) {
    throw new TypeError(`An invitation that is ${status} does not ${action}.`)
  }
  return invitationTransitions[action].to
}

/** The table as a Mermaid state diagram, one line per transition, in the table's order. */
export function drawInvitationStates(): string {
  const arrows = Object.entries(invitationTransitions).flatMap(([action, { from, to }]) =>
    from.map((status) => `  ${status} --> ${to}: ${action}`),
  )
  return ['stateDiagram-v2', '  [*] --> pending: invite', ...arrows].join('\n')
}
