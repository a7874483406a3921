import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import fc from 'fast-check'
import { createKeySource, expandRole, MAX_TOKEN_LENGTH, serialiseScope } from '../src/index.ts'
import { aVerifier, refusalOf } from './support/a-verifier.ts'

describe('a verified token', () => {
  test('of a user becomes a principal bound to session and workspace', async () => {
    const { forge, verifier } = aVerifier()
    const claims = forge.claims({ amr: ['pwd', 'otp', 'mfa'], act: { sub: newId('user') } })
    expect(await verifier.verify(forge.sign(claims))).toEqual({
      kind: 'user',
      userId: claims.sub,
      clientId: 'console',
      sessionId: claims.sid,
      workspaceId: claims.tid,
      permissions: new Set(['tenancy:members.read', 'tenancy:workspace.read']),
      services: ['blog'],
      amr: ['pwd', 'otp', 'mfa'],
      authTime: forge.now(),
      actor: (claims.act as { sub: string }).sub,
      expiresAt: forge.now() + 300,
      tokenId: claims.jti,
    })
  })

  test('that is neutral of workspace has none', async () => {
    const { forge, verifier } = aVerifier()
    const claims = forge.claims({ tid: undefined, ep: { s: 4 }, scope: '', services: [] })
    const principal = await verifier.verify(forge.sign(claims))
    expect(principal.workspaceId).toBeNull()
    expect(principal.permissions.size).toBe(0)
  })

  test('of a client is a service without a user', async () => {
    const { forge, verifier } = aVerifier()
    expect(await verifier.verify(forge.sign(forge.serviceClaims()))).toMatchObject({
      kind: 'service',
      userId: null,
      sessionId: null,
      clientId: 'reporting-job',
      amr: [],
      authTime: forge.now(),
    })
  })

  test('holds each permission exactly and none that begins or ends like it', async () => {
    const { forge, verifier } = aVerifier()
    const { permissions } = await verifier.verify(
      forge.sign(forge.claims({ scope: 'blog:posts.write' })),
    )
    const others = [
      'blog:posts.writer',
      'blog:posts.wri',
      'blog:post.write',
      'blog:*',
      'blog:posts',
    ]
    expect(permissions.has('blog:posts.write')).toBe(true)
    expect(others.some((other) => permissions.has(other))).toBe(false)
  })

  test('with a claim that nobody here knows is accepted (RFC 7519 §4)', async () => {
    const { forge, verifier } = aVerifier()
    const principal = await verifier.verify(forge.sign(forge.claims({ colour: 'green' })))
    expect(principal).not.toHaveProperty('colour')
  })

  test('of an Owner with 60 services stays within the limit of length', async () => {
    const { forge, verifier } = aVerifier()
    const others = Array.from({ length: 60 }, (_, index) => `service-${index}:documents.write`)
    const permissions = [...expandRole('owner'), ...others]
    const scope = serialiseScope(permissions)
    const token = forge.sign(forge.claims({ scope }))
    expect(token.length).toBeLessThan(4096)
    expect((await verifier.verify(token)).permissions).toEqual(new Set(permissions))
  })
})

describe('time', () => {
  test('a token is good until five seconds after exp, cached or not', async () => {
    const cached = aVerifier()
    const uncached = aVerifier({ cacheSize: 0 })
    for (const { clock, forge, verifier } of [cached, uncached]) {
      const token = forge.sign()
      await verifier.verify(token)
      clock.advance(304)
      await verifier.verify(token)
      clock.advance(1)
      expect(await refusalOf(verifier, token)).toContain('exp')
    }
  })

  test('a token of an issuer whose clock is five seconds fast is good', async () => {
    const { forge, verifier } = aVerifier()
    const ahead = { iat: forge.now() + 5, auth_time: forge.now() + 5, nbf: forge.now() + 5 }
    await verifier.verify(forge.sign(forge.claims(ahead)))
    expect(await refusalOf(verifier, forge.sign(forge.claims({ iat: forge.now() + 6 })))).toContain(
      'iat lies ahead',
    )
  })

  test('the longest life that is accepted is that of the jitter', async () => {
    const { forge, verifier } = aVerifier()
    await verifier.verify(forge.sign(forge.claims({ exp: forge.now() + 330 })))
    expect(
      await refusalOf(verifier, forge.sign(forge.claims({ exp: forge.now() + 331 }))),
    ).toContain('lives too long')
  })
})

describe('the cache', () => {
  /** A verifier and how often it asked for a key: once per verification, once per presentation. */
  function aCountingVerifier() {
    const made = aVerifier()
    let asked = 0
    const verifier = aVerifier({
      keySource: {
        getKey: (kid) => {
          asked += 1
          return made.keySource.getKey(kid)
        },
      },
      clock: made.clock,
    }).verifier
    return { ...made, verifier, asked: () => asked }
  }

  test('verifies a signature once for all who present the token at once', async () => {
    const { forge, verifier, asked } = aCountingVerifier()
    const token = forge.sign()
    const principals = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)))
    expect(new Set(principals).size).toBe(1)
    expect(asked()).toBe(1 + 20)
  })

  test('answers a second time with the same frozen principal', async () => {
    const { forge, verifier } = aVerifier()
    const token = forge.sign()
    const principal = await verifier.verify(token)
    expect(await verifier.verify(token)).toBe(principal)
    expect(Object.isFrozen(principal)).toBe(true)
    expect(Object.isFrozen(principal.services) && Object.isFrozen(principal.amr)).toBe(true)
  })

  test('does not take a token for another that shares its claims', async () => {
    const { forge, verifier } = aVerifier()
    const token = forge.sign()
    await verifier.verify(token)
    const [header, claims, signature = ''] = token.split('.')
    const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
    expect(await refusalOf(verifier, `${header}.${claims}.${flipped}`)).toContain('signature')
  })

  test('of two entries still tells thirty tokens apart', async () => {
    const { forge, verifier } = aVerifier({ cacheSize: 2 })
    const tokens = Array.from({ length: 30 }, (_, index) =>
      forge.sign(forge.claims({ jti: `token-${index}` })),
    )
    for (const round of [tokens, tokens.toReversed()]) {
      for (const token of round) {
        const { tokenId } = await verifier.verify(token)
        expect(tokenId).toBe(`token-${tokens.indexOf(token)}`)
      }
    }
  })

  test('a refused token is refused again', async () => {
    const { forge, verifier } = aVerifier()
    const token = forge.sign(forge.claims({ iss: 'https://attacker.example' }))
    await refusalOf(verifier, token)
    expect(await refusalOf(verifier, token)).toContain('iss')
  })

  test('a key that is taken out of the set ends tokens that were verified with it', async () => {
    const { clock, forge } = aVerifier()
    let keys = [forge.jwk('current'), forge.jwk('previous')]
    const keySource = createKeySource({
      fetchJwks: async () => ({ keys }),
      clock,
      maxAgeSeconds: 60,
    })
    const { verifier } = aVerifier({ keySource, clock })
    const token = forge.sign()
    await verifier.verify(token)
    keys = [forge.jwk('previous')]
    clock.advance(61)
    expect(await refusalOf(verifier, token)).toContain('kid is unknown')
  })

  test('a key that is replaced under its kid ends them too', async () => {
    const { clock, forge } = aVerifier()
    let keys = [forge.jwk('current')]
    const keySource = createKeySource({
      fetchJwks: async () => ({ keys }),
      clock,
      maxAgeSeconds: 60,
    })
    const { verifier } = aVerifier({ keySource, clock })
    const token = forge.sign()
    await verifier.verify(token)
    keys = [{ ...forge.jwk('attacker'), kid: forge.key('current').kid }]
    clock.advance(61)
    expect(await refusalOf(verifier, token)).toContain('its key was replaced')
    expect(await refusalOf(verifier, token)).toContain('signature')
  })
})

describe('texts that are no tokens', () => {
  test('are refused uniformly, whatever they are', async () => {
    const { verifier } = aVerifier()
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.tuple(fc.base64String(), fc.base64String(), fc.base64String()).map((it) => it.join('.')),
    )
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        expect(await refusalOf(verifier, token)).toMatch(/^access token refused: ./)
      }),
    )
  })

  test('a good token with any one character changed is refused', async () => {
    const { forge, verifier } = aVerifier()
    const token = forge.sign()
    const change = fc.tuple(fc.nat(token.length - 1), fc.constantFrom(...'Aa0-_.= {\n'))
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        fc.pre(token.charAt(at) !== character)
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        expect(await refusalOf(verifier, changed)).toMatch(/^access token refused: ./)
      }),
    )
  })

  test('are refused when they are no text at all', async () => {
    const { verifier } = aVerifier()
    for (const token of [undefined, null, 42, {}, ['a.b.c'], Buffer.from('a.b.c')]) {
      expect(await refusalOf(verifier, token as unknown as string)).toContain('refused')
    }
  })

  test('are measured before they are read', async () => {
    const asked: string[] = []
    const { verifier } = aVerifier({
      keySource: {
        getKey: async (kid) => {
          asked.push(kid)
          return null
        },
      },
    })
    expect(await refusalOf(verifier, 'x'.repeat(MAX_TOKEN_LENGTH + 1))).toContain('too long')
    expect(asked).toEqual([])
  })
})
