import { describe, expect, test } from '@jest/globals'
import { createEpochRegistry, type EpochBump, memberSubject, sessionSubject } from '../src/index.ts'
import { aVerifier, refusalOf } from './support/a-verifier.ts'
import { memoryLog } from './support/memory-log.ts'

/** A verifier that polls one source of bumps; `restart` gives a second one on the same source. */
async function aPollingVerifier() {
  const { clock, forge, keySource } = aVerifier()
  const bumps: EpochBump[] = []
  const source = {
    name: 'identity',
    down: false,
    async recentBumps(since: Date) {
      if (source.down) throw new Error('ECONNREFUSED')
      return bumps.filter(({ bumpedAt }) => new Date(bumpedAt) >= since)
    },
  }
  const start = () => {
    const epochs = createEpochRegistry({ sources: [source], clock, log: memoryLog() })
    return { epochs, verifier: aVerifier({ epochs, keySource, clock }).verifier }
  }
  const bump = (subject: string, epoch: number) =>
    bumps.push({ subject, epoch, bumpedAt: clock.now().toISOString() })
  const { sub, sid, tid } = forge.claims() as { sub: string; sid: string; tid: string }
  const subjects = { session: sessionSubject(sid), member: memberSubject(tid, sub) }
  const first = start()
  await first.epochs.load()
  return { clock, forge, source, bump, start, subjects, ...first }
}

describe('revocation', () => {
  test('ends a token that was verified and remembered', async () => {
    const { forge, verifier, epochs, bump, subjects } = await aPollingVerifier()
    const token = forge.sign()
    await verifier.verify(token)
    bump(subjects.session, 1)
    await epochs.poll()
    expect(await refusalOf(verifier, token)).toContain('revoked')
  })

  test('spares the token that is minted after the change', async () => {
    const { forge, verifier, epochs, bump, subjects } = await aPollingVerifier()
    bump(subjects.member, 1)
    await epochs.poll()
    await verifier.verify(forge.sign(forge.claims({ ep: { s: 0, m: 1 } })))
  })

  test('tells apart two tokens of one second', async () => {
    const { forge, verifier, epochs, bump, subjects } = await aPollingVerifier()
    const before = forge.sign(forge.claims({ ep: { s: 0, m: 0 } }))
    bump(subjects.member, 1)
    const after = forge.sign(forge.claims({ ep: { s: 0, m: 1 } }))
    await epochs.poll()
    expect(await refusalOf(verifier, before)).toContain('revoked')
    await verifier.verify(after)
  })

  test('stays, when access is taken and given back', async () => {
    const { forge, verifier, epochs, bump, subjects } = await aPollingVerifier()
    const token = forge.sign()
    bump(subjects.member, 1)
    bump(subjects.member, 2)
    await epochs.poll()
    expect(await refusalOf(verifier, token)).toContain('revoked')
  })

  test('outlives a restart of the verifier', async () => {
    const { clock, forge, bump, start, subjects } = await aPollingVerifier()
    const token = forge.sign()
    bump(subjects.session, 1)
    clock.advance(200)
    const restarted = start()
    expect(await refusalOf(restarted.verifier, token)).toContain('revoked')
    await restarted.epochs.load()
    expect(await refusalOf(restarted.verifier, token)).toContain('revoked')
    await restarted.verifier.verify(forge.sign(forge.claims({ ep: { s: 1, m: 0 } })))
  })

  test('is not forgotten while any token of before may live', async () => {
    const { clock, forge, verifier, epochs, bump, subjects } = await aPollingVerifier()
    const longest = forge.sign(forge.claims({ exp: forge.now() + 330 }))
    bump(subjects.session, 1)
    await epochs.poll()
    for (let second = 0; second < 335; second++) {
      expect(await refusalOf(verifier, longest)).toContain('revoked')
      clock.advance(1)
      await epochs.poll()
    }
    expect(await refusalOf(verifier, longest)).toContain('exp')
  })

  test('goes on while its source is down, and catches up when it is back', async () => {
    const { clock, forge, verifier, epochs, bump, source, subjects } = await aPollingVerifier()
    bump(subjects.session, 1)
    await epochs.poll()
    source.down = true
    clock.advance(100)
    bump(subjects.member, 1)
    await epochs.poll()
    expect(await refusalOf(verifier, forge.sign())).toContain('revoked')
    const member = forge.claims({ ep: { s: 1, m: 0 } })
    await verifier.verify(forge.sign(member))
    source.down = false
    await epochs.poll()
    expect(await refusalOf(verifier, forge.sign(member))).toContain('revoked')
  })
})
