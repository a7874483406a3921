import { type EpochSource, sessionSubject } from '@logicspike/auth'
import type { ContextFactory } from '../../context.ts'
import { Session } from './session.entity.ts'

/** What identity knows itself: sessions that ended. */
export const sessionEpochSource = (contexts: ContextFactory): EpochSource => ({
  name: 'identity',
  async recentBumps(since) {
    const { em } = contexts.forJob('epochs')
    const bumped = await em.find(
      Session,
      { epochBumpedAt: { $gte: since } },
      { fields: ['id', 'epoch', 'epochBumpedAt'] },
    )
    return bumped.map(({ id, epoch, epochBumpedAt }) => ({
      subject: sessionSubject(id),
      epoch,
      bumpedAt: (epochBumpedAt ?? since).toISOString(),
    }))
  },
})
