import { describe, expect, test } from '@jest/globals'
import { memberSubject } from '@logicspike/auth'
import { publishEvent } from '@logicspike/events'
import { newId } from '@logicspike/ids'
import { useDeveloper } from './support/developer-test-app.ts'
import type { Listener, Message } from './support/listener.ts'

const developer = useDeveloper()
const reader = ['developer:events.read']

const STREAM = `subscription ($after: String, $types: [String!]) {
  platformEvents(after: $after, types: $types) {
    __typename
    ... on PlatformEvent { seq cursor type data workspace { id } }
    ... on StreamCheckpoint { cursor checkpointSeq: seq }
  }
}`
const EVENTS = `query ($first: Int, $after: String, $types: [String!]) {
  events(first: $first, after: $after, types: $types) {
    edges { cursor node { id seq cursor type version time source subject actor { kind id } data
      workspace { id } correlationId causationId traceparent } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`

const aReader = (workspaceId = newId('workspace')) => ({
  workspaceId,
  token: developer.tokenFor(workspaceId, reader),
})
const logged = async (workspaceId: string, ...names: string[]) => {
  await developer.rename(workspaceId, names)
  await developer.sequencer.caughtUp()
}
const itemOf = (message: Message | null | undefined) => message?.data?.platformEvents
const isCheckpoint = (message: Message) => itemOf(message)?.__typename === 'StreamCheckpoint'
const namesIn = (messages: readonly Message[]): string[] =>
  messages.flatMap((it) => itemOf(it)?.data?.name ?? [])
const named = (name: string) => (message: Message) => itemOf(message)?.data?.name === name
const code = (message: Message | null | undefined) => message?.errors?.[0]?.extensions.code

/** Until the backlog has been sent. */
const caughtUp = (listener: Listener) => listener.until(isCheckpoint)

describe('a stream of events', () => {
  test('gives the backlog, a checkpoint, then what happens', async () => {
    const { workspaceId, token } = aReader()
    await logged(workspaceId, 'one', 'two')
    const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
    const backlog = await caughtUp(listener)
    expect(backlog.map(itemOf)).toEqual([
      expect.objectContaining({
        seq: 1,
        type: 'workspace.renamed',
        workspace: { id: workspaceId },
      }),
      expect.objectContaining({ seq: 2, data: { workspaceId, name: 'two', slug: 'a-slug' } }),
      { __typename: 'StreamCheckpoint', checkpointSeq: 2, cursor: expect.any(String) },
    ])
    await logged(workspaceId, 'three')
    const live = await listener.next()
    expect(itemOf(live)).toMatchObject({ seq: 3, data: { name: 'three' } })
    expect(live?.extensions).toEqual({ cursor: itemOf(live).cursor })
    listener.leave()
    expect(await listener.next()).toBeNull()
  })

  test('begins now where no cursor is given, and says where that is', async () => {
    const { workspaceId, token } = aReader()
    await logged(workspaceId, 'before')
    const listener = await developer.listen(token, STREAM)
    const [first] = await caughtUp(listener)
    expect(itemOf(first)).toMatchObject({ checkpointSeq: 1 })
    await logged(workspaceId, 'after')
    expect(namesIn(await listener.until(named('after')))).toEqual(['after'])
    listener.leave()
    const again = await developer.listen(token, STREAM, { after: itemOf(first ?? null).cursor })
    expect(namesIn(await caughtUp(again))).toEqual(['after'])
    again.leave()
  })

  test('goes on exactly after any of its cursors, in any process', async () => {
    const { workspaceId, token } = aReader()
    const names = ['a', 'b', 'c', 'd']
    await logged(workspaceId, ...names)
    const other = await developer.another(developer.bus)
    const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
    const messages = await caughtUp(listener)
    listener.leave()
    for (const [index, { extensions }] of messages.slice(0, names.length).entries()) {
      const after = extensions?.cursor
      const resumed = await developer.listen(token, STREAM, { after }, { app: other })
      expect(namesIn(await caughtUp(resumed))).toEqual(names.slice(index + 1))
      resumed.leave()
    }
    await other.close()
  })

  test('the cursor of a connection that comes back goes before that of the operation', async () => {
    const { workspaceId, token } = aReader()
    await logged(workspaceId, 'one', 'two', 'three')
    const first = await developer.listen(token, STREAM, { after: 'EARLIEST' })
    await first.next()
    const cursor = (await first.next())?.extensions?.cursor ?? ''
    first.leave()
    const headers = { 'last-event-id': cursor }
    const back = await developer.listen(token, STREAM, { after: 'EARLIEST' }, { headers })
    expect(namesIn(await caughtUp(back))).toEqual(['three'])
    back.leave()
  })

  test('shows only the types asked for, and checkpoints past the others', async () => {
    const { workspaceId, token } = aReader()
    await logged(workspaceId, ...Array.from({ length: 1_200 }, (_, index) => `n${index}`))
    const types = ['member.added', 'member.removed']
    const listener = await developer.listen(token, STREAM, { after: 'EARLIEST', types })
    const seen: Message[] = []
    while (itemOf(seen.at(-1) ?? null)?.checkpointSeq !== 1_200) {
      const message = await listener.next()
      if (message) seen.push(message)
    }
    listener.leave()
    expect(seen.map((it) => itemOf(it).checkpointSeq)).toEqual([500, 1_000, 1_200])
    // The order of the types is no part of the filter.
    const after = seen.at(-1)?.extensions?.cursor
    const again = await developer.listen(token, STREAM, { after, types: types.toReversed() })
    expect((await caughtUp(again)).map((it) => itemOf(it).checkpointSeq)).toEqual([1_200])
    again.leave()
  })

  test('audit records and what is between services are shown to nobody, and leave numbers', async () => {
    const { workspaceId, token } = aReader()
    await developer.rename(workspaceId, ['secret'], { class: 'audit' })
    await logged(workspaceId, 'public')
    const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
    const messages = await caughtUp(listener)
    expect(messages.map(itemOf)).toEqual([
      expect.objectContaining({ seq: 2, data: expect.objectContaining({ name: 'public' }) }),
      expect.objectContaining({ checkpointSeq: 2 }),
    ])
    listener.leave()
  })

  test('what needs a permission of its own is shown to its holders only, and with the same numbers', async () => {
    const workspaceId = newId('workspace')
    const ids = { memberId: newId('member'), userId: newId('user'), roleId: newId('role') }
    const em = developer.database.forkFor('developer', { tenantId: workspaceId })
    const ctx = { em, ids: newId, clock: developer.clock, actor: null, requestId: 'req-12345678' }
    await publishEvent(ctx, {
      type: 'member.joined',
      workspaceId,
      subject: ids.memberId,
      data: { workspaceId, ...ids },
    })
    await logged(workspaceId, 'public')
    const typesFor = async (permissions: readonly string[]) => {
      const token = developer.tokenFor(workspaceId, permissions)
      const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
      const messages = await caughtUp(listener)
      listener.leave()
      return messages.flatMap((it) => (isCheckpoint(it) ? [] : [[itemOf(it).seq, itemOf(it).type]]))
    }
    expect(await typesFor(reader)).toEqual([[2, 'workspace.renamed']])
    expect(await typesFor([...reader, 'tenancy:members.read'])).toEqual([
      [1, 'member.joined'],
      [2, 'workspace.renamed'],
    ])
  })

  test('a backlog of 10,000 comes whole and in order', async () => {
    const { workspaceId, token } = aReader()
    const names = Array.from({ length: 10_000 }, (_, index) => `n${index}`)
    await logged(workspaceId, ...names)
    const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
    const messages = await caughtUp(listener)
    listener.leave()
    expect(namesIn(messages)).toEqual(names)
    expect(messages.at(0)?.extensions).not.toEqual(messages.at(1)?.extensions)
  })
})

describe('between the backlog and what happens there is no seam', () => {
  test('whenever it begins, whatever is published meanwhile by many', async () => {
    const { workspaceId, token } = aReader()
    const writers = 4
    const each = 60
    const publish = async (writer: number) => {
      for (let at = 0; at < each; at += 1)
        // Some transactions end long after others that began later.
        await developer.rename(workspaceId, [`${writer}-${at}`], {
          before: () => new Promise((resolve) => setTimeout(resolve, (at * 7 + writer) % 11)),
        })
    }
    const published = Promise.all(Array.from({ length: writers }, (_, index) => publish(index)))
    const seqsOf = async () => {
      const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
      const messages = await listener.until((it) => itemOf(it)?.seq === writers * each)
      listener.leave()
      return messages.filter((it) => !isCheckpoint(it)).map((it) => itemOf(it)?.seq ?? code(it))
    }
    const listeners: Promise<number[]>[] = []
    let isOver = false
    void published.then(() => {
      isOver = true
    })
    while (!isOver) {
      if (listeners.length < 40) listeners.push(seqsOf())
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await published
    const expected = Array.from({ length: writers * each }, (_, index) => index + 1)
    expect(listeners.length).toBeGreaterThan(10)
    for (const seqs of await Promise.all(listeners)) expect(seqs).toEqual(expected)
  })

  test('a listener that comes and goes misses nothing and sees nothing twice', async () => {
    const { workspaceId, token } = aReader()
    const total = 300
    const published = (async () => {
      for (let at = 0; at < total; at += 5)
        await developer.rename(
          workspaceId,
          [0, 1, 2, 3, 4].map((it) => `n${at + it}`),
        )
    })()
    const seen: string[] = []
    let after: string | undefined = 'EARLIEST'
    for (let visit = 0; seen.length < total; visit += 1) {
      const listener: Listener = await developer.listen(token, STREAM, { after })
      let left = 1 + ((visit * 7) % 23)
      const messages = await listener.until((it) => {
        left -= 1
        return left === 0 || isCheckpoint(it)
      })
      listener.leave()
      seen.push(...namesIn(messages))
      after = messages.at(-1)?.extensions?.cursor
    }
    await published
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => `n${index}`))
  })
})

describe('cursors', () => {
  const cursorOf = async (workspaceId: string, types?: string[]) => {
    const token = developer.tokenFor(workspaceId, reader)
    const { data } = await developer.ask(token, EVENTS, { first: 1, types })
    return data.events.pageInfo.endCursor as string
  }
  const answers = async (token: string, after: string, types?: string[]) => {
    const stream = await developer.listen(token, STREAM, { after, types })
    const page = await developer.ask(token, EVENTS, { after, types })
    return [code(await stream.next()), page.codes[0]]
  }

  test('of another workspace, another filter, changed or made up are all refused alike', async () => {
    const own = aReader()
    const foreign = aReader()
    await logged(own.workspaceId, 'one')
    await logged(foreign.workspaceId, 'one')
    const cursor = await cursorOf(own.workspaceId)
    const text = Buffer.from(cursor, 'base64url').toString()
    const forged = Buffer.from(text.replace(/^1/, '0')).toString('base64url')
    for (const after of [
      await cursorOf(foreign.workspaceId),
      await cursorOf(own.workspaceId, ['workspace.renamed']),
      forged,
      `${cursor}A`,
      `${cursor}=`,
      cursor.toUpperCase(),
      '',
      'x'.repeat(100_000),
    ])
      expect(await answers(own.token, after)).toEqual(['CURSOR_INVALID', 'CURSOR_INVALID'])
    expect(await answers(own.token, cursor, ['workspace.renamed'])).toEqual([
      'CURSOR_INVALID',
      'CURSOR_INVALID',
    ])
  })

  test('before what is kept have expired, and the error says what is still good', async () => {
    const { workspaceId, token } = aReader()
    await logged(workspaceId, 'one', 'two', 'three')
    const { data } = await developer.ask(token, EVENTS)
    const cursors = data.events.edges.map(({ cursor }: { cursor: string }) => cursor)
    await developer.database.asAdmin(
      'update events.tenant_heads set oldest_seq = 3 where tenant_id = $1',
      [workspaceId],
    )
    await developer.database.asAdmin(
      'delete from events.event_log where tenant_id = $1 and seq < 3',
      [workspaceId],
    )
    const stream = await developer.listen(token, STREAM, { after: cursors[0] })
    const [refusal] = (await stream.next())?.errors ?? []
    expect(refusal?.extensions).toEqual({ code: 'CURSOR_EXPIRED', oldestCursor: cursors[1] })
    const page = await developer.ask(token, EVENTS, { after: cursors[0] })
    expect(page.errors).toEqual([expect.objectContaining({ extensions: refusal?.extensions })])
    const resumed = await developer.listen(token, STREAM, { after: cursors[1] })
    expect(namesIn(await caughtUp(resumed))).toEqual(['three'])
    resumed.leave()
  })

  test('of a log that was restored from an older copy do not skip what it has now', async () => {
    const { workspaceId, token } = aReader()
    await logged(workspaceId, 'one', 'two')
    const after = await cursorOf(workspaceId).then(async () => {
      const { data } = await developer.ask(token, EVENTS)
      return data.events.pageInfo.endCursor as string
    })
    await developer.database.asAdmin(
      'update events.tenant_heads set head_seq = 1 where tenant_id = $1',
      [workspaceId],
    )
    expect(await answers(token, after)).toEqual(['CURSOR_EXPIRED', 'CURSOR_EXPIRED'])
  })
})

describe('a stream ends', () => {
  test('for a slow listener, who resumes without loss', async () => {
    const { workspaceId, token } = aReader()
    const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
    await caughtUp(listener)
    // The listener is in the middle of waiting when the first comes, then takes nothing.
    const first = listener.next()
    await logged(workspaceId, 'first')
    await first
    const names = Array.from({ length: 1_500 }, (_, index) => `n${index}`)
    await logged(workspaceId, ...names)
    await logged(workspaceId, 'last')
    const headSeq = 1_502
    const { tail } = developer.bus
    const other = await developer.listen(token, STREAM, {
      after: (await first)?.extensions?.cursor,
    })
    await other.until((it) => itemOf(it)?.seq === headSeq)
    other.leave()
    expect(tail.connected).toBe(true)
    const rest = await listener.until(() => false)
    const end = rest.at(-1)
    expect(code(end ?? null)).toBe('RESUME_REQUIRED')
    const cursor = end?.errors?.[0]?.extensions.cursor
    const resumed = await developer.listen(token, STREAM, { after: cursor })
    const after = await resumed.until(named('last'))
    resumed.leave()
    expect([...namesIn(rest), ...namesIn(after)]).toEqual([...names, 'last'])
  })

  test('when the member loses a permission; who comes back is refused', async () => {
    const workspaceId = newId('workspace')
    const sub = newId('user')
    const token = developer.tokenFor(workspaceId, reader, { sub })
    const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
    const checkpoint = (await caughtUp(listener)).at(-1)
    const subject = memberSubject(workspaceId, sub)
    developer.app.epochs.note({ subject, epoch: 1, bumpedAt: new Date().toISOString() })
    await logged(workspaceId, 'hidden')
    const rest = await listener.until(() => false)
    expect(rest.map(code)).toEqual(['UNAUTHENTICATED'])
    expect(rest[0]?.errors?.[0]?.extensions.cursor).toBe(checkpoint?.extensions?.cursor)
    const narrowed = developer.tokenFor(workspaceId, [], { sub, ep: { s: 0, m: 1 } })
    const after = checkpoint?.extensions?.cursor
    expect(code(await (await developer.listen(narrowed, STREAM, { after })).next())).toBe(
      'FORBIDDEN',
    )
  })

  test('when the process closes', async () => {
    const { workspaceId, token } = aReader()
    const app = await developer.another(developer.bus)
    const listener = await developer.listen(token, STREAM, {}, { app })
    const [checkpoint] = await caughtUp(listener)
    const [rest] = await Promise.all([listener.until(() => false), app.close()])
    expect(rest.map(({ errors }) => errors?.[0]?.extensions)).toEqual([
      { code: 'RESUME_REQUIRED', cursor: checkpoint?.extensions?.cursor },
    ])
    expect(workspaceId).toMatch(/^wks_/)
  })
})

describe('who may listen', () => {
  test.each<[string, () => string | null, string]>([
    ['nobody without a token', () => null, 'UNAUTHENTICATED'],
    [
      'nobody without the permission',
      () => developer.tokenFor(newId('workspace'), []),
      'FORBIDDEN',
    ],
    ['nobody in no workspace', () => developer.tokenFor(undefined, reader), 'FORBIDDEN'],
  ])('%s', async (_, token, expected) => {
    const stream = await developer.listen(token(), STREAM)
    expect(code(await stream.next())).toBe(expected)
    expect((await developer.ask(token(), EVENTS)).codes).toEqual([expected])
  })

  test('nobody where the process has no way to the log', async () => {
    const app = await developer.another()
    const { token } = aReader()
    const stream = await developer.listen(token, STREAM, {}, { app })
    expect(code(await stream.next())).toBe('UPSTREAM_UNAVAILABLE')
    await app.close()
  })

  test('of two workspaces at once each sees its own, always', async () => {
    const pair = [aReader(), aReader()]
    const total = 100
    const publishing = Promise.all(
      pair.map(async ({ workspaceId }) => {
        for (let at = 0; at < total; at += 1) await developer.rename(workspaceId, [`n${at}`])
      }),
    )
    const seen = await Promise.all(
      pair.map(async ({ token }) => {
        const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
        const messages = await listener.until(named(`n${total - 1}`))
        listener.leave()
        return messages.filter((it) => !isCheckpoint(it)).map(itemOf)
      }),
    )
    await publishing
    for (const [index, events] of seen.entries()) {
      const workspaceId = pair[index]?.workspaceId
      expect(events).toHaveLength(total)
      for (const it of events)
        expect([it.workspace.id, it.data.workspaceId]).toEqual([workspaceId, workspaceId])
    }
  })
})

describe('events as pages', () => {
  test('are the events of the stream, with its numbers and cursors', async () => {
    const { workspaceId, token } = aReader()
    await logged(workspaceId, 'one', 'two', 'three')
    const listener = await developer.listen(token, STREAM, { after: 'EARLIEST' })
    const streamed = (await caughtUp(listener)).filter((it) => !isCheckpoint(it)).map(itemOf)
    listener.leave()
    const pages = []
    let after: string | null = null
    for (let more = true; more; ) {
      const { data, codes } = await developer.ask(token, EVENTS, { first: 2, after })
      expect(codes).toEqual([])
      pages.push(...data.events.edges)
      more = data.events.pageInfo.hasNextPage
      after = data.events.pageInfo.endCursor
    }
    expect(pages.map(({ cursor, node }) => [cursor, node.cursor, node.seq])).toEqual(
      streamed.map(({ cursor, seq }) => [cursor, cursor, seq]),
    )
    expect(pages[0].node).toEqual({
      id: expect.stringMatching(/^evt_/),
      seq: 1,
      cursor: expect.any(String),
      type: 'workspace.renamed',
      version: 1,
      time: expect.stringMatching(/Z$/),
      source: 'developer',
      subject: workspaceId,
      actor: null,
      data: { workspaceId, name: 'one', slug: 'a-slug' },
      workspace: { id: workspaceId },
      correlationId: 'req-12345678',
      causationId: null,
      traceparent: null,
    })
    const stream = await developer.listen(token, STREAM, { after })
    await logged(workspaceId, 'four')
    expect(namesIn(await stream.until(named('four')))).toEqual(['four'])
    stream.leave()
  })

  test('an empty page still says where to go on, and a narrow filter gets somewhere', async () => {
    const { workspaceId, token } = aReader()
    await logged(workspaceId, ...Array.from({ length: 6_000 }, (_, index) => `n${index}`))
    const types = ['member.added']
    const first = (await developer.ask(token, EVENTS, { types })).data.events
    expect(first.edges).toEqual([])
    expect(first.pageInfo.hasNextPage).toBe(true)
    const after = first.pageInfo.endCursor
    const second = (await developer.ask(token, EVENTS, { types, after })).data.events
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, startCursor: null })
    expect(second.pageInfo.endCursor).not.toBe(after)
  })

  test.each([
    [{ first: 0 }],
    [{ first: 101 }],
    [{ types: [] }],
    [{ types: Array.from({ length: 51 }, (_, index) => `t${index}`) }],
    [{ types: ['t'.repeat(201)] }],
  ])('refuses %p', async (variables) => {
    expect((await developer.ask(aReader().token, EVENTS, variables)).codes).toEqual([
      'BAD_USER_INPUT',
    ])
  })
})
