import { defineEntity, p } from '@mikro-orm/core'
import { tenantOrOwnerPolicies, tenantPolicies } from '../../src/index.ts'

const NotebookSchema = defineEntity({
  name: 'Notebook',
  tableName: 'notebooks',
  ...tenantPolicies(),
  properties: {
    id: p.text().primary(),
    tenantId: p.text(),
    slug: p.text(),
    title: p.text(),
    words: p.integer().default(0),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  uniques: [{ name: 'notebooks_slug_unique', properties: ['tenantId', 'slug'] }],
})
/** Rows of one tenant. */
export class Notebook extends NotebookSchema.class {}
NotebookSchema.setClass(Notebook)

const PageSchema = defineEntity({
  name: 'Page',
  tableName: 'pages',
  ...tenantPolicies(),
  properties: {
    id: p.text().primary(),
    tenantId: p.text(),
    notebookId: p.text(),
    text: p.text(),
  },
  indexes: [{ name: 'pages_notebook_index', properties: ['tenantId', 'notebookId'] }],
})
/** Refers to a row of the same tenant. */
export class Page extends PageSchema.class {}
PageSchema.setClass(Page)

const ReaderSchema = defineEntity({
  name: 'Reader',
  tableName: 'readers',
  ...tenantOrOwnerPolicies(),
  properties: {
    id: p.text().primary(),
    tenantId: p.text(),
    userId: p.text(),
  },
  uniques: [{ name: 'readers_user_unique', properties: ['tenantId', 'userId'] }],
  indexes: [{ name: 'readers_user_index', properties: ['userId'] }],
})
/** Rows of one tenant that the user they are about may read from anywhere. */
export class Reader extends ReaderSchema.class {}
ReaderSchema.setClass(Reader)
