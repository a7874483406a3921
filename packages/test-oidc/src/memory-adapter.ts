import type { Adapter, AdapterPayload } from 'oidc-provider'

type Entry = { payload: AdapterPayload; readonly expiresAt: number }

/**
 * Keeps what one provider remembers in one map. The library has such an adapter too, but all
 * providers of a process would share its memory, and it warns of itself at each start.
 */
export function memoryAdapter(): (model: string) => Adapter {
  const entries = new Map<string, Entry>()

  const live = (entry: Entry | undefined): AdapterPayload | undefined =>
    entry && entry.expiresAt > Date.now() ? entry.payload : undefined

  function findWhere(model: string, holds: (payload: AdapterPayload) => boolean) {
    const found = [...entries].find(([key, it]) => key.startsWith(`${model}:`) && holds(it.payload))
    return live(found?.[1])
  }

  return (model) => {
    const keyOf = (id: string): string => `${model}:${id}`
    return {
      async upsert(id, payload, expiresIn) {
        entries.set(keyOf(id), { payload, expiresAt: Date.now() + (expiresIn ?? 3600) * 1000 })
      },
      find: async (id) => live(entries.get(keyOf(id))),
      findByUid: async (uid) => findWhere(model, (payload) => payload.uid === uid),
      findByUserCode: async (code) => findWhere(model, ({ userCode }) => userCode === code),
      async consume(id) {
        const entry = entries.get(keyOf(id))
        if (entry) entry.payload = { ...entry.payload, consumed: Math.floor(Date.now() / 1000) }
      },
      async destroy(id) {
        entries.delete(keyOf(id))
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of entries) {
          if (payload.grantId === grantId) entries.delete(key)
        }
      },
    }
  }
}
