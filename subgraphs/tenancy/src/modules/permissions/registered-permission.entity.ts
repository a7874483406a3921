import type { TemplateRole } from '@logicspike/auth'
import { defineEntity, p } from '@mikro-orm/postgresql'

const RegisteredPermissionSchema = defineEntity({
  name: 'RegisteredPermission',
  tableName: 'registered_permissions',
  comment: 'Permissions of services that are not the platform’s own; the same for every workspace',
  indexes: [{ name: 'registered_permissions_service_index', properties: ['service'] }],
  properties: {
    name: p.text().primary(),
    service: p.text(),
    description: p.text(),
    /** Templates that hold it; the Owner always does. */
    roles: p.array<TemplateRole>(),
    /** When it was registered, or last given to another template. */
    changedAt: p.datetime(),
  },
})
/** A permission string that a service registered, and which templates hold it. */
export class RegisteredPermission extends RegisteredPermissionSchema.class {}
RegisteredPermissionSchema.setClass(RegisteredPermission)
