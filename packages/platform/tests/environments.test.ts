import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import * as billing from '@logicspike/billing/environment'
import * as communication from '@logicspike/communication/environment'
import * as developer from '@logicspike/developer/environment'
import * as events from '@logicspike/events/environment'
import * as gateway from '@logicspike/gateway/environment'
import * as identity from '@logicspike/identity/environment'
import * as tenancy from '@logicspike/tenancy/environment'
import { parse } from 'yaml'
import { readDatabasesEnvironment } from '../src/environment.ts'

type Variables = Readonly<Record<string, string>>
type Compose = { readonly services: Readonly<Record<string, { readonly environment: Variables }>> }

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

const compose: Compose = parse(read('docker-compose.yml'), { merge: true })

/** Variables that docker-compose.yml gives a service. */
const composed = (service: string): Variables => compose.services[service]?.environment ?? {}

describe.each([
  { name: 'gateway', folder: 'gateway', ...gateway },
  { name: 'events', folder: 'packages/events', ...events },
  { name: 'identity', folder: 'subgraphs/identity', ...identity },
  { name: 'tenancy', folder: 'subgraphs/tenancy', ...tenancy },
  { name: 'billing', folder: 'subgraphs/billing', ...billing },
  { name: 'developer', folder: 'subgraphs/developer', ...developer },
  { name: 'communication', folder: 'subgraphs/communication', ...communication },
])('$name', ({ name, folder, readEnvironment, environmentNames }) => {
  test('starts with what docker-compose.yml gives it, and reads all of that', () => {
    expect(() => readEnvironment(composed(name))).not.toThrow()
    expect(environmentNames).toEqual(expect.arrayContaining(Object.keys(composed(name))))
  })

  test('refuses the secrets of docker-compose.yml in production', () => {
    expect(() => readEnvironment({ ...composed(name), NODE_ENV: 'production' })).toThrow(
      /Refusing to start in production with development secrets/,
    )
  })

  test('reads what .env.template lists, no more and no less, and starts with it', () => {
    const template = parseEnv(read(`${folder}/.env.template`))
    expect(Object.keys(template).sort()).toEqual([...environmentNames].sort())
    expect(() => readEnvironment(template)).not.toThrow()
  })
})

test('the command that provides databases runs with what docker-compose.yml gives it', () => {
  expect(() => readDatabasesEnvironment(composed('databases'))).not.toThrow()
})
