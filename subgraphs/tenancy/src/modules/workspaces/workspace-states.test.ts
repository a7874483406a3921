import { describe, expect, test } from '@jest/globals'
import {
  assertTransition,
  canTransition,
  drawWorkspaceStates,
  IllegalTransitionError,
  type WorkspaceAction,
  type WorkspaceStatus,
  workspaceStatuses,
  workspaceTransitions,
} from './workspace-states.ts'

const actions = Object.keys(workspaceTransitions) as WorkspaceAction[]
const pairs = workspaceStatuses.flatMap((status) =>
  actions.map((action) => [status, action] as const),
)
const allowed: Readonly<Record<string, WorkspaceStatus>> = {
  'active suspend': 'suspended',
  'suspended resume': 'active',
  'active delete': 'deleted',
  'deleted restore': 'active',
}

describe('the life of a workspace', () => {
  test.each(pairs)('%s, %s', (status, action) => {
    const to = allowed[`${status} ${action}`]
    expect(canTransition(status, action)).toBe(to !== undefined)
    if (to) expect(assertTransition(status, action)).toBe(to)
    else expect(() => assertTransition(status, action)).toThrow(IllegalTransitionError)
  })

  test('from every status an action leads on, so none is a dead end', () => {
    for (const status of workspaceStatuses) {
      expect(actions.some((action) => canTransition(status, action))).toBe(true)
    }
  })

  test('the diagram has an arrow for every transition', () => {
    expect(drawWorkspaceStates().split('\n')).toEqual([
      'stateDiagram-v2',
      '  [*] --> active: create',
      '  active --> suspended: suspend',
      '  suspended --> active: resume',
      '  active --> deleted: delete',
      '  deleted --> active: restore',
      '  deleted --> [*]: purge',
    ])
  })
})
