import type { CommunicationContext } from '../../context.ts'
import type { WorkspaceWord } from './decide-delivery.ts'
import { readWorkspaceWords, type Subject, subjectKey } from './preference.repository.ts'
import { categories, channels } from './preferences-of.ts'

export type Default = Subject & WorkspaceWord

/** All that the workspace of the context has said, by category and channel. */
export async function defaultsOf(
  ctx: Pick<CommunicationContext, 'em' | 'workspaceId'>,
): Promise<Default[]> {
  const said = await readWorkspaceWords(ctx)
  return categories.flatMap((category) =>
    channels.flatMap((channel) => {
      const word = said.get(subjectKey({ category, channel }))
      return word ? [{ category, channel, enabled: word.enabled, locked: word.locked }] : []
    }),
  )
}
