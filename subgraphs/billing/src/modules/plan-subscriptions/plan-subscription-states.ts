/**
 * The life of a plan subscription as data. Each action lists the statuses it may start from and the
 * one it leads to; the diagram in the README is generated from this table.
 */
export const planSubscriptionTransitions = {
  expire: { from: ['trialing'], to: 'expired' },
  cancel: { from: ['trialing'], to: 'canceled' },
  resume: { from: ['canceled'], to: 'trialing' },
} as const satisfies Record<
  string,
  { from: readonly PlanSubscriptionStatus[]; to: PlanSubscriptionStatus }
>

/** The subscription of an erased workspace has no status: its row is gone. */
export const planSubscriptionStatuses = ['trialing', 'expired', 'canceled'] as const

export type PlanSubscriptionStatus = (typeof planSubscriptionStatuses)[number]
export type PlanSubscriptionAction = keyof typeof planSubscriptionTransitions

/** A status as the schema's enum names it. */
export type PlanSubscriptionStatusName = Uppercase<PlanSubscriptionStatus>

export const statusName = (status: PlanSubscriptionStatus): PlanSubscriptionStatusName =>
  status.toUpperCase() as PlanSubscriptionStatusName

/** Thrown where a status does not allow an action; use cases ask `canTransition` first. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError'
}

export function canTransition(
  status: PlanSubscriptionStatus,
  action: PlanSubscriptionAction,
): boolean {
  const from: readonly PlanSubscriptionStatus[] = planSubscriptionTransitions[action].from
  return from.includes(status)
}

/**
 * The status an action leads to.
 * @throws IllegalTransitionError where the action may not start from `status`
 */
export function assertTransition(
  status: PlanSubscriptionStatus,
  action: PlanSubscriptionAction,
): PlanSubscriptionStatus {
  if (!canTransition(status, action)) {
    throw new IllegalTransitionError(`A plan subscription that is ${status} does not ${action}.`)
  }
  return planSubscriptionTransitions[action].to
}

/** The table as a Mermaid state diagram, one line per transition, in the table's order. */
export function drawPlanSubscriptionStates(): string {
  const arrows = Object.entries(planSubscriptionTransitions).flatMap(([action, { from, to }]) =>
    from.map((status) => `  ${status} --> ${to}: ${action}`),
  )
  const ends = planSubscriptionStatuses.map((status) => `  ${status} --> [*]: erase`)
  return ['stateDiagram-v2', '  [*] --> trialing: start', ...arrows, ...ends].join('\n')
}
