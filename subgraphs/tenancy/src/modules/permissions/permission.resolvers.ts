import { requirePermission } from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type {
  MutationResolvers,
  PermissionResolvers,
  QueryResolvers,
} from '../../__generated__/resolvers.ts'
import { mutate } from '../../mutate.ts'
import { reading } from '../../reads.ts'
import { listGrantablePermissions } from './list-permissions.ts'
import { registerServicePermissions } from './register-service-permissions.ts'
import { templateName, templateNamed, withHigherTemplates } from './template-name.ts'

const Query: Pick<QueryResolvers, 'permissions'> = {
  permissions: (_, __, ctx) => {
    requirePermission(ctx, 'tenancy:roles.read')
    return reading(ctx, listGrantablePermissions)
  },
}

const Mutation: Pick<MutationResolvers, 'registerServicePermissions'> = {
  registerServicePermissions: async (_, { input }, ctx) => {
    const permissions = input.permissions.map((permission) => ({
      ...permission,
      templates: permission.templates.map(templateNamed),
    }))
    const asked = { service: input.service, permissions }
    const result = await mutate(ctx, (tx) => registerServicePermissions(tx, asked))
    return { permissions: resultOf(result), userErrors: errorsOf(result) }
  },
}

const Permission: PermissionResolvers = {
  templates: ({ roles }) => withHigherTemplates(roles).map(templateName),
}

export const permissionResolvers = { Query, Mutation, Permission }
