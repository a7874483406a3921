import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  assertTransition,
  canTransition,
  drawInvitationStates,
  type InvitationAction,
  invitationStatuses,
  invitationTransitions,
  statusAt,
} from './invitation-states.ts'

const actions = Object.keys(invitationTransitions) as InvitationAction[]
const status = fc.constantFrom(...invitationStatuses)
const moment = fc.date({ noInvalidDate: true })

describe('the states of an invitation', () => {
  test('nothing leads out of an invitation that was accepted or revoked', () => {
    for (const action of actions) {
      expect(canTransition('accepted', action)).toBe(false)
      expect(canTransition('revoked', action)).toBe(false)
    }
  })

  test('an expired one can only be sent again', () => {
    expect(actions.filter((action) => canTransition('expired', action))).toEqual(['resend'])
  })

  test('a transition that the table does not list throws', () => {
    fc.assert(
      fc.property(status, fc.constantFrom(...actions), (from, action) => {
        if (canTransition(from, action)) {
          expect(assertTransition(from, action)).toBe(invitationTransitions[action].to)
        } else {
          expect(() => assertTransition(from, action)).toThrow(TypeError)
        }
      }),
    )
  })

  test('only an open invitation expires, and from its last moment on', () => {
    fc.assert(
      fc.property(status, moment, moment, (stored, expiresAt, now) => {
        const isOver = stored === 'pending' && now.getTime() >= expiresAt.getTime()
        expect(statusAt({ status: stored, expiresAt }, now)).toBe(isOver ? 'expired' : stored)
      }),
    )
  })

  test('the diagram in the README is drawn from the table', () => {
    const readme = readFileSync(`${import.meta.dirname}/README.md`, 'utf8')
    expect(readme).toContain(drawInvitationStates())
  })
})
