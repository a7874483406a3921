import { defineEntity, p } from '@mikro-orm/postgresql'

const RegisteredEventTypeSchema = defineEntity({
  name: 'RegisteredEventType',
  tableName: 'registered_event_types',
  comment: 'Event types of services that are not the platform’s own; the same for every workspace',
  indexes: [{ name: 'registered_event_types_service_index', properties: ['service'] }],
  properties: {
    /** `<service>:<noun>.<past verb>`. */
    name: p.text().primary(),
    /** From 1 on. Each stays, for events of it are in the log. */
    version: p.integer().primary(),
    service: p.text(),
    description: p.text(),
    /** JSON Schema, draft 2020-12, of `data`. */
    schema: p.json<Record<string, unknown>>(),
    registeredAt: p.datetime(),
  },
})
/** One version of an event type that a service registered. */
export class RegisteredEventType extends RegisteredEventTypeSchema.class {}
RegisteredEventTypeSchema.setClass(RegisteredEventType)
