import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { createGatewayKey, createGatewayKeyring } from './gateway-keys.ts'

const old = createGatewayKey('gateway')
const fresh = createGatewayKey('gateway')
const tenancy = createGatewayKey('tenancy')

const record = (caller: string, { sha256 }: { sha256: string }) => ({ caller, sha256 })

const keyring = createGatewayKeyring([
  record('gateway', old),
  record('gateway', fresh),
  record('tenancy', tenancy),
])

const secretOf = (key: { value: string }) => key.value.slice(key.value.indexOf('.') + 1)

describe('a gateway key', () => {
  test('names its caller and carries 256 random bits', () => {
    expect(fresh.value).toMatch(/^gateway\.[A-Za-z0-9_-]{43}$/)
    expect(fresh.value).not.toBe(old.value)
    expect(fresh.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('cannot be made for what is no service', () => {
    expect(() => createGatewayKey('Gateway')).toThrow(TypeError)
    expect(() => createGatewayKey('a.b')).toThrow(TypeError)
  })
})

describe('a keyring', () => {
  test('recognises each caller', () => {
    expect(keyring.verify(fresh.value)).toBe('gateway')
    expect(keyring.verify(tenancy.value)).toBe('tenancy')
  })

  test('takes the old key and the new one during a rotation, and the old one no more after', () => {
    expect(keyring.verify(old.value)).toBe('gateway')
    const after = createGatewayKeyring([record('gateway', fresh)])
    expect(after.verify(old.value)).toBeNull()
    expect(after.verify(fresh.value)).toBe('gateway')
  })

  test.each([
    ['no key', undefined],
    ['an empty key', ''],
    ['a list, as a repeated header gives', [fresh.value, tenancy.value]],
    ['the name alone', 'gateway'],
    ['the name and a dot', 'gateway.'],
    ['the secret alone', secretOf(fresh)],
    ['the secret of another caller', `tenancy.${secretOf(fresh)}`],
    ['the name in upper case', `GATEWAY.${secretOf(fresh)}`],
    ['a space after the key', `${fresh.value} `],
    ['two keys joined as proxies do', `${fresh.value}, ${tenancy.value}`],
    ['a key cut short', fresh.value.slice(0, -1)],
    ['the stored digest', fresh.sha256],
    ['the stored digest as a secret', `gateway.${fresh.sha256}`],
    ['a key nobody issued', createGatewayKey('gateway').value],
    ['a megabyte', `gateway.${'x'.repeat(1_000_000)}`],
  ])('refuses %s', (_, header) => {
    expect(keyring.verify(header)).toBeNull()
  })

  test('refuses a key whose record was filed under another caller', () => {
    const misfiled = createGatewayKeyring([record('identity', tenancy)])
    expect(misfiled.verify(tenancy.value)).toBeNull()
  })

  test('without keys refuses everything', () => {
    expect(createGatewayKeyring([]).verify(fresh.value)).toBeNull()
  })

  test('shows no secret when it is printed', () => {
    const printed = inspect(keyring, { depth: 5, showHidden: true }) + JSON.stringify(keyring)
    expect(printed).not.toContain(secretOf(fresh))
  })

  test.each([
    [
      'a third key of one caller',
      [old, fresh, createGatewayKey('gateway')].map((key) => record('gateway', key)),
    ],
    ['a key listed twice', [record('gateway', old), record('gateway', old)]],
    ['a digest that is none', [{ caller: 'gateway', sha256: fresh.value }]],
    ['a caller that is none', [{ caller: '', sha256: fresh.sha256 }]],
  ])('cannot be made with %s', (_, records) => {
    expect(() => createGatewayKeyring(records)).toThrow(TypeError)
  })

  test('says nothing of a secret where it refuses a record', () => {
    const misconfigured = [{ caller: 'gateway', sha256: fresh.value }]
    expect(() => createGatewayKeyring(misconfigured)).toThrow('The key of gateway is no SHA-256.')
  })
})
