/** The platform in one process, as `npm start` runs it, with people in it to measure with. */
import { limits } from '@logicspike/identity'
import { createPlatform } from '@logicspike/testing/platform'

export type StandaloneFacts = {
  readonly url: string
  /** Token of an Owner for their workspace. */
  readonly token: string
  readonly people: readonly { email: string; password: string; refreshToken: string }[]
}

const PEOPLE = 8

/** One machine plays all clients, so what counts by network must let it through. */
const roomy = Object.fromEntries(
  Object.entries(limits).map(([name, limit]) => [name, { ...limit, points: 1_000_000_000 }]),
)

const platform = await createPlatform({ identity: { limits: roomy } })
const workspace = await platform.aWorkspace().withMember()
const people = []
for (let n = 0; n < PEOPLE; n += 1) people.push(await platform.aPerson())

const facts: StandaloneFacts = {
  url: platform.url,
  token: await workspace.owner.tokenFor(workspace.id),
  people: people.map(({ email, password, refreshToken }) => ({ email, password, refreshToken })),
}
process.send?.(facts)
process.once('SIGTERM', () => void platform.close().then(() => process.exit(0)))
