/**
 * The life of a delivery as data. Each action lists the statuses it may start from and the one it
 * leads to.
 */
export const deliveryTransitions = {
  /** An attempt begins; also after one whose process died. */
  attempt: { from: ['queued', 'sending'], to: 'sending' },
  /** Later: quiet hours, a digest, or an attempt that may yet succeed. */
  postpone: { from: ['queued', 'sending'], to: 'queued' },
  succeed: { from: ['sending'], to: 'sent' },
  fail: { from: ['queued', 'sending'], to: 'failed' },
  /** The gate says no. */
  suppress: { from: ['queued', 'sending'], to: 'suppressed' },
} as const satisfies Record<string, { from: readonly DeliveryStatus[]; to: DeliveryStatus }>

export const deliveryStatuses = ['queued', 'sending', 'sent', 'failed', 'suppressed'] as const

export type DeliveryStatus = (typeof deliveryStatuses)[number]
export type DeliveryAction = keyof typeof deliveryTransitions

/** Thrown where a status does not allow an action. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError'
}

/** Whether there is anything left to do. */
export const isOpen = (status: DeliveryStatus): boolean =>
  status === 'queued' || status === 'sending'

/**
 * The status an action leads to.
 * @throws IllegalTransitionError where the action may not start from `status`
 */
export function assertTransition(status: DeliveryStatus, action: DeliveryAction): DeliveryStatus {
  const { from, to }: { from: readonly DeliveryStatus[]; to: DeliveryStatus } =
    deliveryTransitions[action]
  if (!from.includes(status)) {
    throw new IllegalTransitionError(`A delivery that is ${status} cannot ${action}.`)
  }
  return to
}
