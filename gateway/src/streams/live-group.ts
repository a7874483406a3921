import type { GatewayContext } from '../gateway-context.ts'
import type { SourceEvent } from '../subgraph-links/subgraph-link.ts'
import type { StreamMessage } from './open-stream.ts'
import { cursorOf, isLast, type OpenSource, resumedSource } from './resumed-source.ts'

/** One who may listen to the shared source of its group, and has a source of its own until then. */
export type Member = {
  readonly context: GatewayContext
  /** Opens the source that the group would share, in this member's name. */
  readonly open: OpenSource
  /** What the group would send for an event, made in this member's name. */
  readonly messageOf: (event: SourceEvent) => Promise<StreamMessage>
  /** Of the last message it was sent. */
  cursor(): string | null
  /** It is served by the group from the message after its cursor on. */
  seat(): void
  /** @returns false where it has no room; it is served no longer then */
  deliver(message: Promise<StreamMessage>, cursor: string | null): boolean
  /** It has to see for itself from here on, after its cursor. */
  unseat(): void
}

export type LiveGroup = {
  /** To be called after each message that came by the member's own source. */
  sent(member: Member): void
  /** To be called when the member's own source has had nothing to say for a while. */
  idle(member: Member): void
  leave(member: Member): void
}

/** Messages remembered for members whose own source is a little behind the shared one. */
const REMEMBERED = 256

type Recent = { readonly cursor: string | null; readonly message: Promise<StreamMessage> | null }

/**
 * Members whose streams cannot differ share one source. Who comes reads its backlog by itself; where
 * its cursor is found among those of the shared source, it goes on with what followed that, so there
 * is no seam to lose an event in. Whoever cannot keep up, and everybody when the shared source ends,
 * goes back to a source of its own. The source is opened in the name of one member, and of another
 * after the last cursor when that one leaves.
 */
export function createLiveGroup(options: {
  readonly reopenings: number
  /** Nobody is left. */
  readonly onEmpty: () => void
}): LiveGroup {
  const { reopenings, onEmpty } = options
  const members = new Set<Member>()
  const seated = new Set<Member>()
  let recent: Recent[] = []
  let shared: { readonly leader: Member; readonly control: AbortController } | null = null

  function seat(member: Member): void {
    seated.add(member)
    member.seat()
  }

  function unseat(member: Member): void {
    if (seated.delete(member)) member.unseat()
  }

  function close(): void {
    shared?.control.abort()
    shared = null
    recent = []
  }

  /** Seats a member whose last message is among the recent ones, and sends it what followed. */
  function seatIfFound(member: Member): void {
    const cursor = member.cursor()
    if (!shared || cursor === null || seated.has(member)) return
    const at = recent.findLastIndex((message) => message.cursor === cursor)
    if (at === -1) return
    seat(member)
    const isServed = recent
      .slice(at + 1)
      .every(({ message, cursor: next }) => !message || member.deliver(message, next))
    if (!isServed) unseat(member)
  }

  function broadcast(leader: Member, event: SourceEvent): void {
    const message = leader.messageOf(event)
    const cursor = cursorOf(event)
    for (const member of seated) if (!member.deliver(message, cursor)) unseat(member)
    recent.push({ cursor, message })
    if (recent.length > REMEMBERED) recent.shift()
    for (const member of members) seatIfFound(member)
  }

  async function lead(leader: Member, after: string): Promise<void> {
    const control = new AbortController()
    const { signal } = control
    shared = { leader, control }
    try {
      const first = await leader.open(after, signal)
      const position = { open: leader.open, after, signal, reopenings }
      for await (const event of resumedSource(first, position)) {
        if (signal.aborted || isLast(event)) break
        broadcast(leader, event)
        if (seated.size === 0) break
      }
    } catch {
      // Its members find out for themselves, each by its own source.
    }
    if (shared?.control !== control) return
    for (const member of [...seated]) unseat(member)
    close()
  }

  /** Another member's name takes the place of one that has left. */
  function replaceLeader(): void {
    const after = recent.at(-1)?.cursor ?? null
    const [next] = [...seated].sort((one, other) => expiryOf(other) - expiryOf(one))
    shared?.control.abort()
    if (next && after !== null) void lead(next, after)
    else for (const member of [...seated]) unseat(member)
    if (seated.size === 0) close()
  }

  return {
    sent(member) {
      members.add(member)
      seatIfFound(member)
    },
    idle(member) {
      members.add(member)
      const cursor = member.cursor()
      if (shared || members.size < 2 || cursor === null) return
      recent = [{ cursor, message: null }]
      void lead(member, cursor)
      for (const other of members) seatIfFound(other)
    },
    leave(member) {
      members.delete(member)
      seated.delete(member)
      if (shared?.leader === member) replaceLeader()
      else if (seated.size === 0) close()
      if (members.size === 0) onEmpty()
    },
  }
}

const expiryOf = ({ context }: Member): number => context.principal?.expiresAt ?? 0
