/** What a workspace can subscribe to. */
export type Plan = {
  /** `pln_…`; stands in subscriptions for ever, so it is never given to another plan. */
  readonly id: string
  /** A word for code and for addresses. */
  readonly key: string
  readonly name: string
  readonly description: string
  /** How long it can be tried before it has to be paid; 0 where there is no trial. */
  readonly trialDays: number
  /** Whether it can still be chosen; one that cannot stays for those who have it. */
  readonly isOffered: boolean
}

/** Every plan there ever was, cheapest first. */
export const planCatalogue: readonly Plan[] = [
  {
    id: 'pln_01m8cc19hse8mrh5z0kaehxa9k',
    key: 'starter',
    name: 'Starter',
    description: 'For one person who tries things out.',
    trialDays: 0,
    isOffered: true,
  },
  {
    id: 'pln_01m8cc19hwedjbd6k3z7yq9d8z',
    key: 'team',
    name: 'Team',
    description: 'For a team that works together every day.',
    trialDays: 14,
    isOffered: true,
  },
  {
    id: 'pln_01m8cc19hwedjbd6k73a4j7mp4',
    key: 'business',
    name: 'Business',
    description: 'For a company with rules of its own.',
    trialDays: 14,
    isOffered: true,
  },
]

/** The plan that every new workspace tries. */
export const TRIAL_PLAN_KEY = 'team'
