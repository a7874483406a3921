import { AppError, entitlementRequired } from '@logicspike/errors'
import { type Caller, holds, namesOf, type Requirement, SIGNED_IN } from './requirement.ts'

/** What a caller is told who may not read a field; a new error for each place where it stands. */
export type Denial = () => AppError

/**
 * Why a requirement is not met. Who may not read the field whatever the workspace's plan is hears
 * of that, and nothing of plans: nothing is sold to those who could not use it.
 */
export function denialOf(requirement: Requirement, caller: Caller): Denial {
  // Signing in helps only where somebody with a token may read the field at all.
  if (caller.principal === null && requirement.some((items) => items.has(SIGNED_IN))) {
    return () => new AppError('UNAUTHENTICATED', 'Sign in to do this.')
  }
  const services = servicesThatWouldDo(requirement, caller)
  if (services) return () => entitlementRequired(services)
  const extensions = {
    ...named('requiredScopes', requiredScopes(requirement)),
    ...named('requiredPolicies', requiredPolicies(requirement)),
  }
  return () => new AppError('FORBIDDEN', 'You are not allowed to do this.', { extensions })
}

/** The permissions of each alternative, sorted. */
export const requiredScopes = (requirement: Requirement): string[][] =>
  requirement.map((items) => namesOf('permission', items))

/** The policies of each alternative, sorted. */
const requiredPolicies = (requirement: Requirement): string[][] =>
  requirement.map((items) => namesOf('policy', items))

/** The fewest services that are all an alternative lacks; null where each lacks something else. */
function servicesThatWouldDo(requirement: Requirement, caller: Caller): readonly string[] | null {
  const [fewest] = requirement
    .map((items) => [...items].filter((item) => !holds(caller, item)))
    .map((missing) => ({ missing, services: namesOf('service', missing) }))
    .filter(({ missing, services }) => services.length === missing.length)
    .sort((one, other) => one.missing.length - other.missing.length)
  return fewest?.services ?? null
}

const named = (key: string, alternatives: string[][]) =>
  alternatives.some((names) => names.length > 0) ? { [key]: alternatives } : {}
