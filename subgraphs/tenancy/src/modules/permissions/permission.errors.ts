import { SCOPE_BUDGET_BYTES } from './scope-budget.ts'

export type PermissionBudgetExceededError = {
  readonly __typename: 'PermissionBudgetExceededError'
  readonly message: string
  readonly path: string[]
  readonly maxBytes: number
  readonly bytes: number
}

export const permissionBudgetExceeded = (bytes: number): PermissionBudgetExceededError => ({
  __typename: 'PermissionBudgetExceededError',
  message: 'With these permissions an Owner’s token would grow too large.',
  path: ['permissions'],
  maxBytes: SCOPE_BUDGET_BYTES,
  bytes,
})
