import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'

const SlugSchema = defineEntity({
  name: 'Slug',
  tableName: 'slugs',
  comment: 'The one namespace of workspace handles: who may use which',
  indexes: [{ name: 'slugs_workspace_index', properties: ['workspaceId'] }],
  properties: {
    slug: p.text().primary(),
    workspaceId: p.text().$type<IdOf<'workspace'>>(),
    /** Null while in use; afterwards nobody else gets it until then. */
    heldUntil: p.datetime().nullable(),
  },
})
/** Belongs to no tenant: that a public handle is in use is no secret (docs/decisions/0012). */
export class Slug extends SlugSchema.class {}
SlugSchema.setClass(Slug)
