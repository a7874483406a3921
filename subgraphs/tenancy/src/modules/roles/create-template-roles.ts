import { TEMPLATE_ROLES, type TemplateRole } from '@logicspike/auth'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { nameKeyOf } from '../../names.ts'
import { Role } from './role.entity.ts'

const names: Readonly<Record<TemplateRole, string>> = {
  owner: 'Owner',
  admin: 'Admin',
  member: 'Member',
}

/**
 * The rows of a new workspace that stand for the templates, so that every member refers to a role
 * row, template or custom. What a template permits is not stored: the code says it.
 */
export function createTemplateRoles(tx: TenancyContext): Record<TemplateRole, Role> {
  const rows = TEMPLATE_ROLES.map((template) => [template, createRow(tx, template)] as const)
  return Object.fromEntries(rows) as Record<TemplateRole, Role>
}

function createRow(tx: TenancyContext, template: TemplateRole): Role {
  const now = tx.clock.now()
  const role = tx.em.create(Role, {
    id: tx.ids('role'),
    tenantId: currentWorkspaceId(tx),
    template,
    name: names[template],
    nameKey: nameKeyOf(names[template]),
    permissions: [],
    createdAt: now,
    updatedAt: now,
  })
  tx.em.persist(role)
  return role
}
