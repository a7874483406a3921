import { TEMPLATE_ROLES, type TemplateRole } from '@logicspike/auth'

/** A template as the schema's enum names it. */
export type TemplateName = Uppercase<TemplateRole>

export const templateName = (template: TemplateRole): TemplateName =>
  template.toUpperCase() as TemplateName

/** The template of an enum value; the schema lets no other text through. */
export const templateNamed = (name: TemplateName): TemplateRole =>
  name.toLowerCase() as TemplateRole

/**
 * Templates that hold a permission, highest first: the Owner always, and the Admin whatever the
 * Member holds, so that each template contains the next lower one.
 */
export function withHigherTemplates(templates: Iterable<TemplateRole>): TemplateRole[] {
  const lowest = Math.max(0, ...[...templates].map((one) => TEMPLATE_ROLES.indexOf(one)))
  return TEMPLATE_ROLES.slice(0, lowest + 1)
}
