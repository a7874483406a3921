/**
 * The life of a workspace as data. Each action lists the statuses it may start from and the one it
 * leads to; the diagram in the README is generated from this table.
 */
export const workspaceTransitions = {
  suspend: { from: ['active'], to: 'suspended' },
  resume: { from: ['suspended'], to: 'active' },
  delete: { from: ['active'], to: 'deleted' },
  restore: { from: ['deleted'], to: 'active' },
} as const satisfies Record<string, { from: readonly WorkspaceStatus[]; to: WorkspaceStatus }>

/** A purged workspace has no status: its row is gone. */
export const workspaceStatuses = ['active', 'suspended', 'deleted'] as const

export type WorkspaceStatus = (typeof workspaceStatuses)[number]
export type WorkspaceAction = keyof typeof workspaceTransitions

/** A status as the schema's enum names it. */
export type WorkspaceStatusName = Uppercase<WorkspaceStatus>

export const statusName = (status: WorkspaceStatus): WorkspaceStatusName =>
  status.toUpperCase() as WorkspaceStatusName

/** Thrown where a status does not allow an action; use cases ask `canTransition` first. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError'
}

export function canTransition(status: WorkspaceStatus, action: WorkspaceAction): boolean {
  const from: readonly WorkspaceStatus[] = workspaceTransitions[action].from
  return from.includes(status)
}

/**
 * The status an action leads to.
 * @throws IllegalTransitionError where the action may not start from `status`
 */
export function assertTransition(
  status: WorkspaceStatus,
  action: WorkspaceAction,
): WorkspaceStatus {
  if (!canTransition(status, action)) {
    throw new IllegalTransitionError(`A workspace that is ${status} does not ${action}.`)
  }
  return workspaceTransitions[action].to
}

/** The table as a Mermaid state diagram, one line per transition, in the table's order. */
export function drawWorkspaceStates(): string {
  const arrows = Object.entries(workspaceTransitions).flatMap(([action, { from, to }]) =>
    from.map((status) => `  ${status} --> ${to}: ${action}`),
  )
  return [
    'stateDiagram-v2',
    '  [*] --> active: create',
    ...arrows,
    '  deleted --> [*]: purge',
  ].join('\n')
}
