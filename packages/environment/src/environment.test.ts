import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { parseEnvironment } from './parse-environment.ts'
import { assertProductionSecrets } from './production-secrets.ts'

const schema = z.object({ PORT: z.coerce.number().int().positive(), ISSUER: z.url() })

describe('parseEnvironment', () => {
  test('returns parsed values', () => {
    expect(parseEnvironment(schema, { PORT: '4000', ISSUER: 'http://localhost:4000' })).toEqual({
      PORT: 4000,
      ISSUER: 'http://localhost:4000',
    })
  })

  test('names every problem at once and no value', () => {
    const parse = () => parseEnvironment(schema, { PORT: 'hunter2', ISSUER: '' })
    expect(parse).toThrow(/PORT[\s\S]*ISSUER/)
    expect(parse).not.toThrow(/hunter2/)
  })
})

describe('assertProductionSecrets', () => {
  const secrets = { GATEWAY_KEY: 'gateway.development-only-key' }

  test('refuses a development secret in production and names its variable only', () => {
    const start = () => assertProductionSecrets('production', secrets)
    expect(start).toThrow(/GATEWAY_KEY/)
    expect(start).not.toThrow(/development-only-key/)
  })

  test('accepts it in development', () => {
    expect(() => assertProductionSecrets('development', secrets)).not.toThrow()
  })
})
