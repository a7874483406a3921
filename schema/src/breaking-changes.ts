import {
  type ASTNode,
  buildASTSchema,
  buildSchema,
  type DirectiveNode,
  type DocumentNode,
  findBreakingChanges,
  findDangerousChanges,
  isTypeDefinitionNode,
  Kind,
  parse,
  visit,
} from 'graphql'
import { readRemovalDate } from './deprecation-date.ts'
import { findDirective } from './directive-readers.ts'
import { findReachableTypes } from './reachable-types.ts'

/** Changes between two API schemas that clients could notice. */
export type SchemaChanges = {
  /** An operation that was valid may now be refused, or mean something else. */
  readonly breaking: readonly string[]
  /** Valid still, but a client that lists cases may meet one it doesn't know. */
  readonly dangerous: readonly string[]
}

/**
 * Compares two API schemas in SDL.
 * What was deprecated with a date, and types reached only through it, may go once the date has passed:
 * that is how the conventions let an API shrink.
 */
export function compareApiSchemas(before: string, after: string, today: Date): SchemaChanges {
  const promised = buildASTSchema(withoutExpired(parse(before), today), { assumeValid: true })
  const current = buildSchema(after)
  return {
    breaking: findBreakingChanges(promised, current).map(({ description }) => description),
    dangerous: findDangerousChanges(buildSchema(before), current).map(
      ({ description }) => description,
    ),
  }
}

/** The part of an API that clients may still rely on. */
function withoutExpired(document: DocumentNode, today: Date): DocumentNode {
  const dropExpired = (node: Deprecatable): null | undefined =>
    isExpired(findDirective(node, 'deprecated'), today) ? null : undefined
  const kept: DocumentNode = visit(document, {
    FieldDefinition: dropExpired,
    EnumValueDefinition: dropExpired,
    InputValueDefinition: dropExpired,
  })
  const reachable = findReachableTypes(kept)
  return {
    ...kept,
    definitions: kept.definitions.filter(
      (definition) =>
        definition.kind === Kind.SCHEMA_DEFINITION ||
        definition.kind === Kind.DIRECTIVE_DEFINITION ||
        (isTypeDefinitionNode(definition) && reachable.has(definition.name.value)),
    ),
  }
}

const millisecondsPerDay = 86_400_000

type Deprecatable = ASTNode & { readonly directives?: readonly DirectiveNode[] | undefined }

function isExpired(deprecated: DirectiveNode | undefined, today: Date): boolean {
  const lastDay = deprecated === undefined ? null : readRemovalDate(deprecated)
  return lastDay !== null && lastDay.getTime() + millisecondsPerDay <= today.getTime()
}
