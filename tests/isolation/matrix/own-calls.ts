import type { Account } from '../support/account.ts'
import type { FurnishedWorkspace, WorkspaceObjects } from '../support/victim.ts'
import type { OwnCall, Stage } from './row.ts'

/** The Owner of the victim's workspace, about their own objects. For calls that take nothing away. */
export const byOwner =
  (variables: (objects: Stage['victim']['objects']) => Record<string, unknown> = () => ({})) =>
  async ({ victim }: Stage): Promise<OwnCall> => ({
    token: await victim.ownerToken(),
    variables: variables(victim.objects),
  })

/** The Owner of a workspace that may be lost. */
export const byOwnerOfAnother =
  (variables: (objects: WorkspaceObjects) => Record<string, unknown> = () => ({})) =>
  async (stage: Stage): Promise<OwnCall> => {
    const workspace = await stage.workspace()
    return { token: await workspace.ownerToken(), variables: variables(workspace.objects) }
  }

/** Whoever is chosen, in a workspace that may be lost, after something was prepared there. */
export const inAnother =
  (prepare: (workspace: FurnishedWorkspace, stage: Stage) => Promise<OwnCall>) =>
  async (stage: Stage): Promise<OwnCall> =>
    prepare(await stage.workspace(), stage)

/** The owner of an account that may be lost, about what belongs to it. */
export const byAccountHolder =
  (variables: (objects: Account['objects']) => Record<string, unknown> = () => ({})) =>
  async (stage: Stage): Promise<OwnCall> => {
    const { person, objects } = await stage.account()
    return { token: person.token, variables: variables(objects) }
  }

/** Somebody without a token, such as a person who signs in. */
export const byNobody =
  (variables: (stage: Stage) => Promise<Record<string, unknown>>) =>
  async (stage: Stage): Promise<OwnCall> => ({ token: null, variables: await variables(stage) })

/** Somebody new with nothing in their account but a password. */
export const bySomebodyNew =
  (
    variables: (
      person: Account['person'],
      stage: Stage,
    ) => Promise<Record<string, unknown>> = async () => ({}),
  ) =>
  async (stage: Stage): Promise<OwnCall> => {
    const person = await stage.platform.aPerson()
    return { token: person.token, variables: await variables(person, stage) }
  }
