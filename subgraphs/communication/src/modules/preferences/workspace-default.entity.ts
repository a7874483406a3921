import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Category, Channel } from '../deliveries/channel.ts'

const WorkspaceDefaultSchema = defineEntity({
  name: 'WorkspaceDefault',
  tableName: 'workspace_defaults',
  comment: 'What a workspace says of a category on a channel, and whether members may differ',
  ...tenantPolicies(),
  properties: {
    tenantId: p.text().$type<IdOf<'workspace'>>().primary(),
    category: p.text().$type<Category>().primary(),
    channel: p.text().$type<Channel>().primary(),
    /** Null where the platform's default holds, and may still be locked. */
    enabled: p.boolean().strictNullable(),
    locked: p.boolean(),
    updatedAt: p.datetime(),
  },
})
/** The workspace's word. */
export class WorkspaceDefault extends WorkspaceDefaultSchema.class {}
WorkspaceDefaultSchema.setClass(WorkspaceDefault)
