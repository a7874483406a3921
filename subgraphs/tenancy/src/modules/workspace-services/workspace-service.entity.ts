import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { Workspace } from '../workspaces/workspace.entity.ts'

const WorkspaceServiceSchema = defineEntity({
  name: 'WorkspaceService',
  tableName: 'workspace_services',
  comment: 'Local copy of the services that billing says a workspace is entitled to',
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
    service: p.text().primary(),
    enabled: p.boolean(),
  },
})
/** One service and whether a workspace has it; read at every token mint. */
export class WorkspaceService extends WorkspaceServiceSchema.class {}
WorkspaceServiceSchema.setClass(WorkspaceService)
