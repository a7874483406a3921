import type { IdOf } from '@logicspike/ids'
import type { EntityManager } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { Member } from './modules/members/member.entity.ts'
import { Role } from './modules/roles/role.entity.ts'
import { Workspace } from './modules/workspaces/workspace.entity.ts'

/** Reads of one request, batched by id and remembered until something changes. */
export type Loaders = {
  readonly workspace: DataLoader<IdOf<'workspace'>, Workspace | null>
  readonly member: DataLoader<IdOf<'member'>, Member | null>
  readonly role: DataLoader<IdOf<'role'>, Role | null>
  /** Once per request whatever the key names, such as who acts. */
  once<Value>(key: string, read: () => Promise<Value>): Promise<Value>
  /** To be called after each change. */
  forget(): void
}

/** Loaders that see what `em` sees; whose an object is, the caller still decides. */
export function createLoaders(em: EntityManager): Loaders {
  const workspace = new DataLoader((ids: readonly IdOf<'workspace'>[]) =>
    em.find(Workspace, { id: { $in: [...ids] } }).then((rows) => inOrder(ids, rows)),
  )
  const member = new DataLoader((ids: readonly IdOf<'member'>[]) =>
    em.find(Member, { id: { $in: [...ids] } }).then((rows) => inOrder(ids, rows)),
  )
  const role = new DataLoader((ids: readonly IdOf<'role'>[]) =>
    em.find(Role, { id: { $in: [...ids] } }).then((rows) => inOrder(ids, rows)),
  )
  const kept = new Map<string, Promise<unknown>>()
  return {
    workspace,
    member,
    role,
    once<Value>(key: string, read: () => Promise<Value>) {
      const value = (kept.get(key) as Promise<Value> | undefined) ?? read()
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
