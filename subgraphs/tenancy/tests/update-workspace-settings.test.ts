import { describe, expect, test } from '@jest/globals'
import { refusals } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()

type By = { token(): Promise<string> }

const SETTINGS = `{
  branding { name { ...S } logoUrl { ...S } primaryColor { ...S } accentColor { ...S } }
  timezone { ...S } locale { ...S } weekStart { ...S } dateFormat { ...S }
}`
const FRAGMENT = 'fragment S on Setting { value source locked }'

/** The settings of the workspace, or null, as somebody sees them. */
async function settingsOf(by: By) {
  const query = `{ workspace { settings ${SETTINGS} } } ${FRAGMENT}`
  const { data, codes } = await tenancy.ask(await by.token(), query)
  expect(codes).toEqual([])
  return data.workspace.settings
}

const update = async (by: By, input: object) =>
  tenancy.mutate(await by.token(), 'updateWorkspaceSettings', input, 'workspace { id }')

const byDefault = (value: string | null, locked = false) => ({ value, source: 'DEFAULT', locked })
const byWorkspace = (value: string, locked = false) => ({ value, source: 'WORKSPACE', locked })

const eventsAbout = (workspaceId: string) =>
  tenancy.database.asAdmin<{ data: { settings: string[] } }>(
    `select data from tenancy.outbox
     where subject = $1 and type = 'workspace.settings_changed' and class = 'domain' order by id`,
    [workspaceId],
  )

describe('updateWorkspaceSettings', () => {
  test('N1 a new workspace has the platform’s defaults', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    expect(await settingsOf(owner)).toEqual({
      branding: {
        name: byDefault(null, true),
        logoUrl: byDefault(null, true),
        primaryColor: byDefault(null, true),
        accentColor: byDefault(null, true),
      },
      timezone: byDefault('UTC'),
      locale: byDefault('en'),
      weekStart: byDefault('MONDAY'),
      dateFormat: byDefault('YYYY-MM-DD'),
    })
  })

  test('N1 what is set holds, what is absent stays, null unsets', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const values = { timezone: 'Asia/Kolkata', locale: 'en-in', primaryColor: '#AABBCC' }
    expect(refusals(await update(owner, { patch: values }))).toEqual([])
    await update(owner, { patch: { locale: null, weekStart: 'SUNDAY' } })
    expect(await settingsOf(owner)).toMatchObject({
      branding: { primaryColor: byWorkspace('#aabbcc', true) },
      timezone: byWorkspace('Asia/Kolkata'),
      locale: byDefault('en'),
      weekStart: byWorkspace('SUNDAY'),
    })
  })

  test('N1 a lock holds for a default as well, and goes with an explicit false only', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    await update(owner, { locks: { timezone: true, locale: true } })
    await update(owner, { locks: { timezone: null, locale: false } })
    expect(await settingsOf(owner)).toMatchObject({
      timezone: byDefault('UTC', true),
      locale: byDefault('en', false),
    })
  })

  test('N1 unsetting keeps the lock, unlocking keeps the value', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const patch = { timezone: 'Asia/Kolkata', locale: 'de' }
    await update(owner, { patch, locks: { timezone: true, locale: true } })
    await update(owner, { patch: { timezone: null }, locks: { locale: false } })
    expect(await settingsOf(owner)).toMatchObject({
      timezone: byDefault('UTC', true),
      locale: byWorkspace('de', false),
    })
  })

  test('N1 names that do not exist are refused by the schema', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    for (const input of [
      { patch: { theme: 'dark' } },
      { patch: { tenantId: 'wks_other' } },
      { locks: { primaryColor: true } },
    ]) {
      await expect(update(owner, input)).rejects.toThrow('BAD_USER_INPUT')
    }
  })

  test('N5 all that is wrong is said at once, each in its place, and nothing is kept', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const patch = {
      brandName: '\u202e',
      logoUrl: 'data:image/svg+xml,<svg onload=alert(1)>',
      primaryColor: 'red;background:url(//evil.example)',
      accentColor: '',
      timezone: 'Mars/Olympus',
      locale: 'xx-YY',
      weekStart: 'FRIDAY',
      dateFormat: 'whenever',
    }
    const { workspace, userErrors } = await update(owner, { patch })
    expect(workspace).toBeNull()
    expect(new Set(userErrors.map((error: { __typename: string }) => error.__typename))).toEqual(
      new Set(['InvalidInputError']),
    )
    const paths = userErrors.map(({ path }: { path: string[] }) => path)
    expect(paths).toEqual(Object.keys(patch).map((name) => ['patch', name]))
    expect(JSON.stringify(userErrors)).not.toContain('evil')
  })

  test('N5 one wrong value keeps the right ones out', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    await update(owner, { patch: { timezone: 'Asia/Kolkata', locale: 'xx' } })
    expect(await settingsOf(owner)).toMatchObject({ timezone: byDefault('UTC') })
  })

  test('N5 the next request sees a change, whoever made it and in whatever process', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    await settingsOf(member ?? workspace.owner)
    await update(workspace.owner, { patch: { logoUrl: 'https://cdn.example.com/a.png' } })
    expect(await settingsOf(member ?? workspace.owner)).toMatchObject({
      branding: { logoUrl: byWorkspace('https://cdn.example.com/a.png', true) },
    })
  })

  test('the answer to a change shows it', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const payload = await tenancy.mutate(
      await owner.token(),
      'updateWorkspaceSettings',
      { patch: { dateFormat: 'DD/MM/YYYY' } },
      'workspace { settings { dateFormat { value } } }',
    )
    expect(payload.workspace.settings.dateFormat).toEqual({ value: 'DD/MM/YYYY' })
  })

  test('each change is one event that names what changed; no change is none', async () => {
    const { id, owner } = await tenancy.aWorkspace().build()
    await update(owner, { patch: { timezone: 'Asia/Kolkata', locale: 'de' } })
    await update(owner, { patch: { timezone: 'Asia/Kolkata' }, locks: { locale: false } })
    await update(owner, {})
    await update(owner, { patch: { timezone: null }, locks: { weekStart: true } })
    const events = await eventsAbout(id)
    expect(events.map(({ data }) => data.settings)).toEqual([
      ['timezone', 'locale'],
      ['timezone', 'weekStart'],
    ])
  })

  test('changes made at once do not lose one another', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const patches = [
      { timezone: 'Asia/Kolkata' },
      { locale: 'de' },
      { weekStart: 'SUNDAY' },
      { dateFormat: 'DD.MM.YYYY' },
    ]
    await Promise.all(patches.map((patch) => update(owner, { patch })))
    const settings = await settingsOf(owner)
    for (const [name, value] of patches.flatMap((patch) => Object.entries(patch))) {
      expect(settings[name]).toEqual(byWorkspace(value))
    }
  })

  test('a Member may see settings but not change them', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    expect(await settingsOf(member ?? workspace.owner)).not.toBeNull()
    await expect(update(member ?? workspace.owner, { patch: {} })).rejects.toThrow('FORBIDDEN')
  })

  test('who may not see settings gets null, and their own all the same', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withRole('Guest', ['tenancy:workspace.read', 'tenancy:members.read'])
      .build()
    const [guest] = workspace.others
    const query = `{
      workspace { settings { locale { value } } }
      viewer { settings { locale { value } } member { effectiveSettings { locale { value } } } }
      member(id: "${workspace.owner.memberId}") { effectiveSettings { locale { value } } }
    }`
    const { data } = await tenancy.ask((await guest?.token()) ?? '', query)
    const own = { locale: { value: 'en' } }
    expect(data).toEqual({
      workspace: { settings: null },
      viewer: { settings: own, member: { effectiveSettings: own } },
      member: { effectiveSettings: null },
    })
  })

  test('settings of one workspace are not those of another', async () => {
    const [one, two] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    await update(one.owner, { patch: { timezone: 'Asia/Kolkata' }, locks: { locale: true } })
    expect(await settingsOf(two.owner)).toMatchObject({
      timezone: byDefault('UTC'),
      locale: byDefault('en'),
    })
  })
})
