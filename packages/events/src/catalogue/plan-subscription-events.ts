import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { idOf } from './fields.ts'

const subscription = {
  workspaceId: idOf('workspace'),
  planSubscriptionId: idOf('planSubscription'),
}

/** Facts about the plan a workspace is on. */
export const planSubscriptionEvents = {
  'plan_subscription.trial_started': defineEvent({
    version: 1,
    visibleTo: 'billing:plan.read',
    description: 'A new workspace tries a plan.',
    data: z.strictObject({ ...subscription, plan: z.string(), trialEndsAt: z.iso.datetime() }),
  }),
  'plan_subscription.trial_expired': defineEvent({
    version: 1,
    visibleTo: 'billing:plan.read',
    description: 'The trial of a workspace is over.',
    data: z.strictObject(subscription),
  }),
  'plan_subscription.canceled': defineEvent({
    version: 1,
    visibleTo: 'billing:plan.read',
    description: 'The plan of a workspace ended with its deletion.',
    data: z.strictObject(subscription),
  }),
  'plan_subscription.resumed': defineEvent({
    version: 1,
    visibleTo: 'billing:plan.read',
    description: 'The trial of a workspace goes on, since the workspace was restored.',
    data: z.strictObject({ ...subscription, trialEndsAt: z.iso.datetime() }),
  }),
}
