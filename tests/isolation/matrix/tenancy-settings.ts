import { byOwner } from './own-calls.ts'
import { concernsCaller, forbidden, type Rows } from './row.ts'

const patch = { input: { patch: { timezone: 'Europe/Berlin' } } }

/** The viewer, and settings of workspaces and their members. */
export const tenancySettings: Rows = {
  'Query.viewer': { stranger: concernsCaller, own: byOwner() },
  'Mutation.updateWorkspaceSettings': {
    variables: () => patch,
    stranger: concernsCaller,
    own: byOwner(() => patch),
  },
  'Mutation.updateMyPreferences': {
    variables: () => patch,
    // That a fellow did so is an event of the workspace.
    leavesRecordsIn: ['tenancy.outbox'],
    stranger: concernsCaller,
    neutral: forbidden,
    own: byOwner(() => patch),
  },
}
