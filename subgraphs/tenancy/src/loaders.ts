import type { IdOf } from '@logicspike/ids'
import type { EntityManager } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { Member } from './modules/members/member.entity.ts'
import { Role } from './modules/roles/role.entity.ts'
import { Workspace } from './modules/workspaces/workspace.entity.ts'
import { createReadTogether, type ReadTogether } from './read-together.ts'

/** Reads of one request, batched by id and remembered until something changes. */
export type Loaders = {
  readonly workspace: DataLoader<IdOf<'workspace'>, Workspace | null>
  readonly member: DataLoader<IdOf<'member'>, Member | null>
  readonly role: DataLoader<IdOf<'role'>, Role | null>
  /** For reads by anything but an id. */
  readonly read: ReadTogether
  /** Once per request whatever the key names, such as who acts. */
  once<Value>(key: string, make: () => Promise<Value>): Promise<Value>
  /** To be called after each change. */
  forget(): void
}

/** Loaders that see what `em` sees; whose an object is, the caller still decides. */
export function createLoaders(em: EntityManager): Loaders {
  const read = createReadTogether(em)
  const workspace = new DataLoader(async (ids: readonly IdOf<'workspace'>[]) =>
    inOrder(ids, await read((tx) => tx.find(Workspace, { id: { $in: [...ids] } }))),
  )
  const member = new DataLoader(async (ids: readonly IdOf<'member'>[]) =>
    inOrder(ids, await read((tx) => tx.find(Member, { id: { $in: [...ids] } }))),
  )
  const role = new DataLoader(async (ids: readonly IdOf<'role'>[]) =>
    inOrder(ids, await read((tx) => tx.find(Role, { id: { $in: [...ids] } }))),
  )
  const kept = new Map<string, Promise<unknown>>()
  return {
    workspace,
    member,
    role,
    read,
    once<Value>(key: string, make: () => Promise<Value>) {
      const value = (kept.get(key) as Promise<Value> | undefined) ?? make()
      kept.set(key, value)
      return value
    },
    forget() {
      for (const loader of [workspace, member, role]) loader.clearAll()
      kept.clear()
    },
  }
}

function inOrder<Key extends string, Row extends { readonly id: Key }>(
  ids: readonly Key[],
  rows: readonly Row[],
): (Row | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id) ?? null)
}
