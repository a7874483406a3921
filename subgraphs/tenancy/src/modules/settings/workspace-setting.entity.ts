import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { Workspace } from '../workspaces/workspace.entity.ts'
import type { SettingName } from './settings.ts'

const WorkspaceSettingSchema = defineEntity({
  name: 'WorkspaceSetting',
  tableName: 'workspace_settings',
  comment: 'What a workspace has said about its settings; no row where it has said nothing',
  ...tenantPolicies(),
  properties: {
    tenantId: () =>
      p
        .manyToOne(Workspace)
        .mapToPk()
        .fieldName('tenant_id')
        .deleteRule('cascade')
        .$type<IdOf<'workspace'>>()
        .primary(),
    /** No check in the database: what exists is decided by the table of definitions. */
    name: p.text().$type<SettingName>().primary(),
    /** Null where unset, and kept for its lock alone. */
    value: p.text().nullable(),
    locked: p.boolean(),
    updatedAt: p.datetime(),
  },
})
/** One setting of a workspace. */
export class WorkspaceSetting extends WorkspaceSettingSchema.class {}
WorkspaceSettingSchema.setClass(WorkspaceSetting)
