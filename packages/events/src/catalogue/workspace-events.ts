import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { idOf } from './fields.ts'

const workspace = { workspaceId: idOf('workspace') }

/** Facts about workspaces and their settings. */
export const workspaceEvents = {
  'workspace.created': defineEvent({
    version: 1,
    visibleTo: 'anyMember',
    description: 'A workspace came to be; its creator is its Owner.',
    data: z.strictObject({
      ...workspace,
      name: z.string(),
      slug: z.string(),
      ownerId: idOf('user'),
    }),
  }),
  'workspace.renamed': defineEvent({
    version: 1,
    visibleTo: 'anyMember',
    description: 'Name or slug changed.',
    data: z.strictObject({ ...workspace, name: z.string(), slug: z.string() }),
  }),
  'workspace.suspended': defineEvent({
    version: 1,
    visibleTo: 'anyMember',
    description: 'Nobody can enter the workspace until it is resumed.',
    data: z.strictObject(workspace),
  }),
  'workspace.resumed': defineEvent({
    version: 1,
    visibleTo: 'anyMember',
    description: 'A suspended workspace can be entered again.',
    data: z.strictObject(workspace),
  }),
  'workspace.deleted': defineEvent({
    version: 1,
    visibleTo: 'anyMember',
    description: 'The workspace is closed; until `purgeAfter` an Owner can restore it.',
    data: z.strictObject({ ...workspace, purgeAfter: z.iso.datetime() }),
  }),
  'workspace.restored': defineEvent({
    version: 1,
    visibleTo: 'anyMember',
    description: 'A deleted workspace was restored within its grace period.',
    data: z.strictObject(workspace),
  }),
  'workspace.purged': defineEvent({
    version: 1,
    visibleTo: 'anyMember',
    description: 'The grace period ended; the data of the workspace was erased.',
    data: z.strictObject(workspace),
  }),
  'workspace.ownership_transferred': defineEvent({
    version: 1,
    visibleTo: 'anyMember',
    description: 'Another member became Owner in place of the previous one.',
    data: z.strictObject({ ...workspace, fromUserId: idOf('user'), toUserId: idOf('user') }),
  }),
  'workspace.settings_changed': defineEvent({
    version: 1,
    visibleTo: 'tenancy:settings.read',
    description: 'Branding, timezone, locale or another preference of the workspace changed.',
    data: z.strictObject({ ...workspace, settings: z.array(z.string()).min(1) }),
  }),
  'workspace.security_policy_changed': defineEvent({
    version: 1,
    visibleTo: 'tenancy:settings.read',
    description: 'What the workspace asks of a sign-in changed.',
    data: z.strictObject({ ...workspace, requiresMfa: z.boolean() }),
  }),
}
