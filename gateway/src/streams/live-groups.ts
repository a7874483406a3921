import type { PreparedStream } from '../execution/prepare-stream.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { createLiveGroup, type LiveGroup } from './live-group.ts'

export type LiveGroups = {
  /** The group of those whose streams are the same; null for a stream that is not to be shared. */
  groupOf(stream: PreparedStream, context: GatewayContext): LiveGroup | null
  readonly size: number
}

/** Keeps groups for as long as they have members. Of one supergraph each: schemas do not mix. */
export function createLiveGroups(reopenings: number): LiveGroups {
  const groups = new Map<string, LiveGroup>()
  return {
    groupOf(stream, context) {
      const key = groupKey(stream, context)
      if (key === null) return null
      const known = groups.get(key)
      if (known) return known
      const group = createLiveGroup({ reopenings, onEmpty: () => groups.delete(key) })
      groups.set(key, group)
      return group
    },
    get size() {
      return groups.size
    },
  }
}

/**
 * Everything that what a member is sent depends on. What other subgraphs add to an event may depend
 * on who asks, whatever the source of the stream says of itself: such streams are shared by one
 * user's own listeners only.
 */
export function groupKey(
  { live, hasRest }: Pick<PreparedStream, 'live' | 'hasRest'>,
  { principal }: GatewayContext,
): string | null {
  if (!live || !principal?.workspaceId) return null
  const { kind, userId, clientId, workspaceId, permissions, services, actor } = principal
  const isOfUser = live.sharedBy !== 'WORKSPACE' || hasRest
  return JSON.stringify([
    live.key,
    kind,
    workspaceId,
    [...permissions].sort(),
    [...services].sort(),
    actor,
    isOfUser ? [userId, clientId] : null,
  ])
}
