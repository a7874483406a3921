import type { LintRule } from './lint-rule.ts'
import { accessDeclared } from './rules/access-declared.ts'
import { connectionsAreRelay } from './rules/connections-are-relay.ts'
import { connectionsHaveSizes } from './rules/connections-have-sizes.ts'
import { deprecationsDated } from './rules/deprecations-dated.ts'
import { descriptionsPresent } from './rules/descriptions-present.ts'
import { entitiesDescribedOnce } from './rules/entities-described-once.ts'
import { fieldsAreNouns } from './rules/fields-are-nouns.ts'
import { keysAreIds } from './rules/keys-are-ids.ts'
import { linksAreShared } from './rules/links-are-shared.ts'
import { mutationInputs } from './rules/mutation-inputs.ts'
import { mutationPayloads } from './rules/mutation-payloads.ts'
import { mutationsBeginWithVerbs } from './rules/mutations-begin-with-verbs.ts'
import { namesFollowCase } from './rules/names-follow-case.ts'
import { nullableBehindAccess } from './rules/nullable-behind-access.ts'
import { scopesRegistered } from './rules/scopes-registered.ts'

/** Every rule the schema is held to. A new rule is a file in `rules/` and a line here. */
export const lintRules: readonly LintRule[] = [
  accessDeclared,
  connectionsAreRelay,
  connectionsHaveSizes,
  deprecationsDated,
  descriptionsPresent,
  entitiesDescribedOnce,
  fieldsAreNouns,
  keysAreIds,
  linksAreShared,
  mutationInputs,
  mutationPayloads,
  mutationsBeginWithVerbs,
  namesFollowCase,
  nullableBehindAccess,
  scopesRegistered,
]
