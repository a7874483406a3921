import { internal } from '@logicspike/errors'
import type { User } from './user.entity.ts'

export type AccountState = User['status']

/**
 * What may become of an account. `closing` lasts while other services are asked to let go of the
 * user: nobody can sign in, and it ends in what was wanted, or back in `active` when it is refused.
 */
const transitions: Readonly<Record<AccountState, readonly AccountState[]>> = {
  active: ['closing'],
  closing: ['active', 'deactivated', 'deleted'],
  deactivated: ['active', 'closing'],
  deleted: [],
}

/** @throws AppError INTERNAL where the account cannot go from one state to the other */
export function assertTransition(from: AccountState, to: AccountState): void {
  if (!transitions[from].includes(to)) throw internal(`an account cannot go from ${from} to ${to}`)
}

export const isActive = (user: Pick<User, 'status'>): boolean => user.status === 'active'
