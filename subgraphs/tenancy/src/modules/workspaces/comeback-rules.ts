import type { Clock, Principal } from '@logicspike/auth'
import type { Standing } from '../permissions/standing.ts'
import { usedSecondFactor } from './second-factor.ts'
import type { Workspace } from './workspace.entity.ts'
import { canTransition } from './workspace-states.ts'

/** A person who comes to a closed workspace from outside, with any token of theirs. */
type Comer = { readonly actor: Principal | null; readonly clock: Clock }
type Closed = Pick<Workspace, 'status' | 'purgeAfter' | 'requiresMfa'>

/** What is asked of every sign-in is asked here too, as no mint does it. */
export const meetsPolicy = ({ requiresMfa }: Closed, { actor }: Pick<Comer, 'actor'>): boolean =>
  !requiresMfa || usedSecondFactor(actor)

/** Whether the period of grace is over; the purge itself may be late. */
export const isBeyondGrace = ({ purgeAfter }: Closed, { clock }: Pick<Comer, 'clock'>): boolean =>
  purgeAfter != null && purgeAfter <= clock.now()

export const mayResume = (workspace: Closed, standing: Standing, comer: Comer): boolean =>
  canTransition(workspace.status, 'resume') &&
  standing.permissions.has('tenancy:workspace.suspend') &&
  meetsPolicy(workspace, comer)

export const mayRestore = (workspace: Closed, standing: Standing, comer: Comer): boolean =>
  canTransition(workspace.status, 'restore') &&
  !isBeyondGrace(workspace, comer) &&
  standing.permissions.has('tenancy:workspace.delete') &&
  meetsPolicy(workspace, comer)
