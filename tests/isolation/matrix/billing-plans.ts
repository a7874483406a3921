import { byNobody } from './own-calls.ts'
import { concernsCaller, nothing, type Rows } from './row.ts'

/** Plans are the same for everybody, and name nobody. */
export const billingPlans: Rows = {
  'Query.plan': {
    variables: ({ planSubscriptionId }) => ({ id: planSubscriptionId }),
    stranger: nothing,
    own: async ({ platform }) => {
      const { plans } = await platform.must('{ plans { id } }')
      return { token: null, variables: { id: plans[0].id } }
    },
  },
  'Query.plans': { stranger: concernsCaller, own: byNobody(async () => ({})) },
}
