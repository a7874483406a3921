import { describe, expect, test } from '@jest/globals'
import { createEpochRegistry, type EpochBump, sessionSubject } from '../src/index.ts'
import { aVerifier, refusalOf } from './support/a-verifier.ts'
import { memoryLog } from './support/memory-log.ts'

/** A verifier whose registry asks one source, and is told nothing. */
async function anAskingVerifier() {
  const { clock, forge, keySource } = aVerifier()
  const source = {
    name: 'identity',
    asked: 0,
    down: false,
    bumps: [] as EpochBump[],
    async recentBumps() {
      source.asked += 1
      if (source.down) throw new Error('ECONNREFUSED')
      return source.bumps
    },
  }
  const epochs = createEpochRegistry({ sources: [source], clock, log: memoryLog() })
  await epochs.load()
  const { verifier } = aVerifier({ epochs, keySource, clock })
  return { clock, forge, source, verifier }
}

describe('verifying for a change', () => {
  test('refuses a token that was revoked unbeknown to this verifier', async () => {
    const { clock, forge, source, verifier } = await anAskingVerifier()
    const token = forge.sign()
    const { sid } = forge.claims() as { sid: string }
    source.bumps.push({
      subject: sessionSubject(sid),
      epoch: 1,
      bumpedAt: clock.now().toISOString(),
    })
    clock.advance(2)
    await verifier.verify(token)
    await expect(verifier.verifyForChange(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await refusalOf(verifier, token)).toContain('revoked')
  })

  test('fails while the source cannot be asked; reading goes on until the token ends', async () => {
    const { clock, forge, source, verifier } = await anAskingVerifier()
    const token = forge.sign()
    source.down = true
    clock.advance(2)
    await expect(verifier.verifyForChange(token)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    })
    const principal = await verifier.verify(token)
    source.down = false
    expect(await verifier.verifyForChange(token)).toBe(principal)
  })

  test('asks nobody for a token that does not hold', async () => {
    const { clock, source, verifier } = await anAskingVerifier()
    clock.advance(2)
    const asked = source.asked
    await expect(verifier.verifyForChange('a.b.c')).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
    expect(source.asked).toBe(asked)
  })

  test('is verifying where nothing is ever revoked', async () => {
    const { forge, verifier } = aVerifier()
    const token = forge.sign()
    expect(await verifier.verifyForChange(token)).toBe(await verifier.verify(token))
  })
})
