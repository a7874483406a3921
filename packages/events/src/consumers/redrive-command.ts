import { parseArgs } from 'node:util'
import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import type { EntityManager } from '@mikro-orm/postgresql'
import { dropParked, listParked, type Parked, redriveParked } from './parked-events.ts'

/** What the command was called with is not what it understands; the message says what it does. */
export class RedriveUsage extends Error {
  override readonly name = 'RedriveUsage'
}

const USAGE = `redrive <service> list [--consumer <name>]
redrive <service> redrive --consumer <name> [--event <id>]
redrive <service> drop --consumer <name> --event <id>`

export type RedriveRequest = {
  readonly service: string
  readonly action: 'list' | 'redrive' | 'drop'
  readonly consumer?: string
  readonly eventId?: string
}

/** @throws RedriveUsage */
export function parseRedriveArguments(args: readonly string[]): RedriveRequest {
  const { positionals, values } = parse(args)
  const [service, action] = positionals
  const { consumer, event: eventId } = values
  const known = action === 'list' || action === 'redrive' || action === 'drop'
  if (!service || !known || positionals.length > 2) throw new RedriveUsage(USAGE)
  if (action !== 'list' && consumer === undefined) throw new RedriveUsage(USAGE)
  // Everything at once can be redriven; it is given up one by one.
  if (action === 'drop' && eventId === undefined) throw new RedriveUsage(USAGE)
  return {
    ...{ service, action },
    ...(consumer !== undefined && { consumer }),
    ...(eventId !== undefined && { eventId }),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { consumer: { type: 'string' }, event: { type: 'string' } },
    })
  } catch {
    throw new RedriveUsage(USAGE)
  }
}

/** Lists, redrives or drops parked events, and returns lines that tell of it. */
export async function runRedrive(
  ctx: { readonly em: EntityManager; readonly clock: { now(): Date } },
  { action, consumer = '', eventId }: RedriveRequest,
): Promise<string[]> {
  if (action === 'list') {
    const parked = await listParked(ctx.em, consumer || undefined)
    return parked.length > 0 ? parked.map(lineOf) : ['Nothing is parked.']
  }
  const result = await inTransaction(ctx, async ({ em }) =>
    ok(
      action === 'redrive'
        ? await redriveParked(em, { consumer, eventId })
        : await dropParked(em, { consumer, eventId, now: ctx.clock.now() }),
    ),
  )
  const ids = result.ok ? result.value : []
  const done = action === 'redrive' ? 'is handled again' : 'is dropped'
  return ids.length > 0 ? ids.map((id) => `${id} ${done}`) : ['No such event is parked.']
}

const lineOf = ({ consumer, event, tries, lastError, lastTriedAt, state }: Parked): string =>
  [
    ...[consumer, event.id, event.type, event.tenantId ?? '-', `position ${event.position}`],
    ...[`${tries} tries`, lastTriedAt.toISOString(), state, lastError],
  ].join('  ')
