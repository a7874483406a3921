import { defineEntity, p } from '@mikro-orm/core'
import { tenantOrOwnerPolicies, tenantPolicies } from '../../src/index.ts'

/** Rows of one tenant. */
export const NotebookSchema = defineEntity({
  name: 'Notebook',
  tableName: 'notebooks',
  ...tenantPolicies(),
  properties: {
    id: p.text().primary(),
    tenantId: p.text(),
    slug: p.text(),
    title: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  uniques: [{ name: 'notebooks_slug_unique', properties: ['tenantId', 'slug'] }],
})
export class Notebook extends NotebookSchema.class {}
NotebookSchema.setClass(Notebook)

/** Rows of one tenant that the user they are about may read from anywhere. */
export const ReaderSchema = defineEntity({
  name: 'Reader',
  tableName: 'readers',
  ...tenantOrOwnerPolicies(),
  properties: {
    id: p.text().primary(),
    tenantId: p.text(),
    userId: p.text(),
    rank: p.integer().default(0),
  },
  uniques: [{ name: 'readers_user_unique', properties: ['tenantId', 'userId'] }],
})
export class Reader extends ReaderSchema.class {}
ReaderSchema.setClass(Reader)
