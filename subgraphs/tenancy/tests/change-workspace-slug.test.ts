import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy({ slugHoldDays: 90 })
const change = (token: string, slug: string) =>
  tenancy.mutate(token, 'changeWorkspaceSlug', { slug }, 'workspace { slug }')
const aSlug = () => `handle-${newId('event').slice(-8)}`
const DAY_SECONDS = 86_400

describe('changeWorkspaceSlug', () => {
  test('gives the workspace another public handle', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const slug = aSlug()
    const payload = await change(await workspace.owner.token(), slug.toUpperCase())
    expect(payload).toEqual({ workspace: { slug }, userErrors: [] })
    expect(await tenancy.eventsOf(workspace.id)).toEqual(['workspace.created', 'workspace.renamed'])
  })

  test('nobody else gets the old handle while links may still lead to it', async () => {
    const [one, other] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    await change(await one.owner.token(), aSlug())
    const early = await change(await other.owner.token(), one.slug)
    expect(early.userErrors).toEqual([expect.objectContaining({ __typename: 'SlugTakenError' })])

    tenancy.clock.advance(91 * DAY_SECONDS)
    const late = await change(await other.owner.token(), one.slug)
    expect(late.workspace.slug).toBe(one.slug)
  })

  test('the workspace itself can take its old handle back at any time', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await change(await workspace.owner.token(), aSlug())
    const back = await change(await workspace.owner.token(), workspace.slug)
    expect(back.workspace.slug).toBe(workspace.slug)
  })

  test('a handle in use is never freed by time', async () => {
    const [one, other] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    tenancy.clock.advance(1_000 * DAY_SECONDS)
    const payload = await change(await other.owner.token(), one.slug)
    expect(payload.userErrors[0].__typename).toBe('SlugTakenError')
  })

  test.each([['AB'], ['a b'], ['123']])('refuses %j as InvalidInputError', async (slug) => {
    const { owner } = await tenancy.aWorkspace().build()
    const payload = await change(await owner.token(), slug)
    expect(payload.userErrors).toEqual([
      expect.objectContaining({ __typename: 'InvalidInputError', path: ['slug'] }),
    ])
  })

  test('of two workspaces that want the same handle at once, one gets it', async () => {
    const slug = aSlug()
    const workspaces = await Promise.all([
      tenancy.aWorkspace().build(),
      tenancy.aWorkspace().build(),
    ])
    const payloads = await Promise.all(
      workspaces.map(async ({ owner }) => change(await owner.token(), slug)),
    )
    expect(payloads.filter(({ workspace }) => workspace !== null)).toHaveLength(1)
  })
})
