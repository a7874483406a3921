import { beforeAll, describe, expect, test } from '@jest/globals'
import { usePlatform } from '@logicspike/testing'
import { matrix } from './matrix/matrix.ts'
import type { Row, Stage } from './matrix/row.ts'
import { furnishAccount } from './support/account.ts'
import { errorsOfCall, leaksIn, normalised } from './support/answers.ts'
import { type CallerKind, type Cast, callerKinds, createCast } from './support/callers.ts'
import { type Door, doors, knock, type Reply, resultOf } from './support/doors.ts'
import { type EntryPoint, entryPoints } from './support/entry-points.ts'
import { type Expected, expectationFor } from './support/expectation.ts'
import { everyTry, quickPasswords } from './support/identity-options.ts'
import { changesBetween, type Snapshot, snapshotOf } from './support/snapshot.ts'
import {
  createVictim,
  furnishWorkspace,
  nowhere,
  type Objects,
  type Victim,
} from './support/victim.ts'

/*
 * Every entry point of the platform × everybody who has no business there × both doors. Each call
 * asks for all fields there are and names what belongs to the victim. See README.md.
 */

const platform = usePlatform({ identity: { limits: everyTry, passwords: quickPasswords } })
let victim: Victim
let cast: Cast

beforeAll(async () => {
  victim = await createVictim(platform())
  cast = await createCast(platform(), victim)
}, 600_000)

const covered = entryPoints.flatMap((entry) => {
  const row = matrix.get(entry.name)
  return row ? [{ entry, row }] : []
})

test('every entry point of the platform stands in the matrix', () => {
  const missing = entryPoints.filter(({ name }) => !matrix.has(name))
  const advice = missing.map(
    ({ name, subgraph }) =>
      `${name}: add a row to a file of tests/isolation/matrix/ (${subgraph}-….ts, or entities.ts) ` +
      'that says what it is called with, what a stranger meets, and who may call it.',
  )
  expect(advice).toEqual([])
})

test('nothing stands in the matrix that no longer exists', () => {
  const known = new Set(entryPoints.map(({ name }) => name))
  const outdated = [...matrix.keys()].filter((name) => !known.has(name))
  expect(outdated.map((name) => `${name}: remove its row from tests/isolation/matrix/`)).toEqual([])
})

test('every entry point says who may use it', () => {
  const silent = entryPoints.filter((it) => it.kind !== 'entity' && it.rule.kind === 'undeclared')
  expect(silent.map(({ name }) => name)).toEqual([])
})

/** How the victim's rows stood when they were last looked at; nobody touches them in between. */
let latest: Snapshot | undefined

describe.each(covered)('$entry.name', ({ entry, row }) => {
  let before: Snapshot
  beforeAll(async () => {
    // Whoever comes into the victim's workspace comes before it is looked at.
    const isSpent = isSpentInside(entry, row)
    if (isSpent) await cast.provide(2 * doorsOf(entry).length)
    before = (!isSpent && latest) || (await snapshot())
  })

  describe.each(doorsOf(entry))('at the %s', (door) => {
    test.each(callerKinds)('%s: gets no further than it may', (kind) =>
      expectDenied(door, entry, row, kind),
    )
  })

  test('nothing of the victim has changed', async () => {
    latest = await snapshot()
    const changes = changesBetween(before, latest, {
      added: row.leavesRecordsIn ?? [],
      removed: row.mayReplaceIn ?? [],
    })
    expect(changes).toEqual([])
  })
})

describe('whoever is entitled to it', () => {
  let stage: Stage
  beforeAll(() => {
    const it = platform()
    stage = {
      platform: it,
      victim,
      workspace: () => furnishWorkspace(it),
      account: async () => furnishAccount(it, await it.aPerson()),
    }
  })

  test.each(covered)('succeeds with $entry.name', async ({ entry, row }) => {
    const { token, variables = {} } = await row.own(stage)
    const door = doorsOf(entry)[0] ?? 'subgraph'
    const reply = await knock(platform(), door, entry, { token, variables })
    expect(errorsOfCall(reply, row)).toEqual([])
    const value = resultOf(entry, reply) as { userErrors?: { __typename: string }[] } | null
    expect(value).not.toBeNull()
    const refusals = (value?.userErrors ?? []).map((it) => it.__typename)
    expect(refusals).toEqual(row.ownUserError ? [row.ownUserError.type] : [])
  })
})

/**
 * Entities are behind the gateway's back, and root fields must hold without its help as well. What
 * streams are told at the gateway, its own tests say.
 */
function doorsOf({ kind }: EntryPoint): readonly Door[] {
  return kind === 'entity' || kind === 'Subscription' ? ['subgraph'] : doors
}

const isSpentInside = ({ rule }: EntryPoint, { spendsCaller }: Row): boolean =>
  spendsCaller === true && rule.kind !== 'scopes'

async function expectDenied(
  door: Door,
  entry: EntryPoint,
  row: Row,
  kind: CallerKind,
): Promise<void> {
  const permissions = entry.rule.kind === 'scopes' ? entry.rule.anyOf.flat(1) : []
  const spent =
    kind === 'missing permission' ? isSpentInside(entry, row) : row.spendsCaller === true
  const aCaller = () => cast.caller(kind, { spent, permissions })
  const caller = await aCaller()
  const held = kind === 'foreign tenant' ? cast.foreignPermissions : new Set<string>()
  const expected = expectationFor(entry, row, kind, held)
  const variables = variablesOf(row, { ...victim.objects, ...caller.objects })
  const reply = await knock(platform(), door, entry, { token: caller.token, variables })
  expectReply(entry, row, reply, expected)
  expect(leaksIn(reply, variables, secretsFrom(kind, row, caller.ids))).toEqual([])

  if (!comparesWithNothing(row, expected)) return
  const unknown = variablesOf(row, nowhere())
  const { token } = spent ? await aCaller() : caller
  const other = await knock(platform(), door, entry, { token, variables: unknown })
  expect(normalised(reply, variables)).toBe(normalised(other, unknown))
}

const variablesOf = (row: Row, objects: Objects): Record<string, unknown> =>
  row.variables?.(objects) ?? {}

function expectReply(entry: EntryPoint, row: Row, reply: Reply, expected: Expected): void {
  const codes = errorsOfCall(reply, row).map(({ extensions }) => extensions.code)
  const value = resultOf(entry, reply) as Record<string, unknown> | null
  if ('refused' in expected) {
    expect({ codes, data: reply.data }).toEqual({ codes: ['UNAUTHENTICATED'], data: null })
  } else if ('code' in expected) {
    expect({ codes, value }).toEqual({ codes: [expected.code], value: null })
  } else if ('nothing' in expected) {
    expect({ codes, value }).toEqual({ codes: [], value: null })
  } else if ('userError' in expected) {
    const { userErrors = [], ...results } = value ?? {}
    const types = (userErrors as { __typename: string }[]).map((it) => it.__typename)
    const given = Object.entries(results).filter(
      ([name, it]) => name !== '__typename' && it !== null,
    )
    expect({ codes, types, given }).toEqual({ codes: [], types: [expected.userError], given: [] })
  } else {
    expect({ codes, userErrors: value?.userErrors ?? [] }).toEqual({ codes: [], userErrors: [] })
    expect(value).not.toBeNull()
  }
}

/** A member knows the workspace and themselves; everybody else knows nothing of it. */
function secretsFrom(kind: CallerKind, row: Row, own: readonly string[]): readonly string[] {
  const isMember = kind === 'missing permission'
  const known = [...own, ...((isMember && row.fellowMaySee?.(victim.objects)) || [])]
  const secrets = isMember ? victim.secrets : [...victim.secrets, ...victim.knownToMembers]
  return secrets.filter((secret) => !known.includes(secret))
}

/** Where the call goes through for the caller alone, there is nothing to compare with. */
const comparesWithNothing = (row: Row, expected: Expected): boolean =>
  row.variables !== undefined &&
  row.mayTellApart === undefined &&
  (row.isUniform === true || !('concernsCaller' in expected))

/** All rows about the victim and the suspended workspace, but not those about the callers. */
/** Once all that has happened so far has been told of: what is told later would look like a change. */
async function snapshot(): Promise<Snapshot> {
  await platform().settleEvents()
  return snapshotOf(
    platform(),
    [
      ...victim.secrets.filter((it) => /^[a-z]{3}_/.test(it)),
      ...[victim.workspace.id, cast.suspended.workspace.id],
    ],
    cast.insiders(),
  )
}
