import { ok, type Result, refuse } from '@logicspike/errors'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { type SettingName, settingDefinitions } from './settings.ts'

/** What to change: a text sets, null unsets, what is absent stays as it is. */
export type SettingsPatch<Name extends SettingName> = {
  readonly [Each in Name]?: string | null | undefined
}

/**
 * The values of a patch in the spelling that is kept. All that is wrong is said at once, each at its
 * place in the input.
 * @param names which settings the caller may change; anything else in the patch is ignored
 */
export function parsePatch<Name extends SettingName>(
  patch: SettingsPatch<Name>,
  names: readonly Name[],
): Result<ReadonlyMap<Name, string | null>, InvalidInputError> {
  const values = new Map<Name, string | null>()
  const errors: InvalidInputError[] = []
  for (const name of names) {
    const given = patch[name]
    if (given === undefined) continue
    const value = given === null ? null : settingDefinitions[name].parse(given)
    if (given !== null && value === null) {
      errors.push(invalidInput(settingDefinitions[name].refusal, 'patch', name))
    } else {
      values.set(name, value)
    }
  }
  return errors.length > 0 ? refuse(...errors) : ok(values)
}
