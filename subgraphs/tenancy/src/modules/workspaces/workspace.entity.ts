import { guardedPolicies, sessionValue } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { type WorkspaceStatus, workspaceStatuses } from './workspace-states.ts'

const ofTenant = `id = ${sessionValue('tenantId')}`
const ofOwnMembership = `exists (select from memberships where memberships.tenant_id = workspaces.id and memberships.user_id = ${sessionValue('userId')})`

const WorkspaceSchema = defineEntity({
  name: 'Workspace',
  tableName: 'workspaces',
  comment: 'The tenants; the id is the tenant_id of every other table',
  ...guardedPolicies({ readable: `${ofTenant} or ${ofOwnMembership}`, writable: ofTenant }),
  uniques: [{ name: 'workspaces_creation_unique', properties: ['createdBy', 'creationKey'] }],
  properties: {
    id: p.text().$type<IdOf<'workspace'>>().primary(),
    name: p.text(),
    /** The handle in use; who may use which is decided by the table of slugs. */
    slug: p.text(),
    status: p.enum(workspaceStatuses).$type<WorkspaceStatus>(),
    /** Whether a token is minted only after a sign-in with a second factor. */
    requiresMfa: p.boolean(),
    /** Set while deleted: when the data is erased. */
    purgeAfter: p.datetime().nullable(),
    createdBy: p.text().$type<IdOf<'user'>>(),
    /** The creator's idempotency key, so that a repeated request finds its first result. */
    creationKey: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
})
/** A tenant: people, roles and settings that belong together and are seen by nobody else. */
export class Workspace extends WorkspaceSchema.class {}
WorkspaceSchema.setClass(Workspace)
