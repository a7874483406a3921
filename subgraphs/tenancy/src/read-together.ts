import type { EntityManager } from '@mikro-orm/postgresql'

/** Runs a read, in a transaction that it shares with the other reads of this moment. */
export type ReadTogether = <Value>(read: (em: EntityManager) => Promise<Value>) => Promise<Value>

type Waiting = {
  /** @returns whether the transaction can go on */
  readonly run: (em: EntityManager) => Promise<boolean>
  readonly fail: (error: unknown) => void
}

/**
 * Collects reads into few transactions. Session variables live as long as one transaction, so a
 * read on its own costs four round trips: begin, variables, query, commit. Resolvers ask in waves;
 * a transaction stays open from one wave to the next and ends as soon as a wave brings nothing, so
 * that it never waits for anything but the database.
 */
export function createReadTogether(em: EntityManager): ReadTogether {
  const waiting: Waiting[] = []
  let isRunning = false

  async function runWaves(tx: EntityManager): Promise<void> {
    do {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        if (!(await next.run(tx))) throw new BrokenTransaction()
      }
      await nextTurn()
    } while (waiting.length > 0)
  }

  async function runAll(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      try {
        await em.fork().transactional(runWaves, { readOnly: true })
      } catch (error) {
        // A read that failed has said so to its caller; those behind it get a transaction anew.
        if (error instanceof BrokenTransaction) continue
        for (const { fail } of waiting.splice(0)) fail(error)
      }
    }
    isRunning = false
  }

  return (read) =>
    new Promise((resolve, reject) => {
      waiting.push({
        fail: reject,
        async run(tx) {
          try {
            resolve(await read(tx))
            return true
          } catch (error) {
            reject(error)
            return false
          }
        },
      })
      if (!isRunning) void runAll()
    })
}

/** PostgreSQL refuses everything after an error until the transaction is rolled back. */
class BrokenTransaction extends Error {
  override readonly name = 'BrokenTransaction'
}

/** Lets whatever the last answers have set free ask its next questions. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
