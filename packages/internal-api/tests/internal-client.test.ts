import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createGatewayKey, createGatewayKeyring } from '@logicspike/auth'
import { notFound } from '@logicspike/errors'
import {
  createInternalClient,
  createInternalServer,
  describeUsers,
  handleInternalCall,
  httpTransport,
  type InternalTransport,
  inProcessTransport,
} from '../src/index.ts'

const ann = {
  id: 'usr_a',
  email: 'ann@example.com',
  emailVerified: true,
  displayName: 'Ann',
  locale: null,
  canSignIn: true,
}
const tenancyKey = createGatewayKey('tenancy')
const keyring = createGatewayKeyring([{ caller: 'tenancy', sha256: tenancyKey.sha256 }])
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A service on a port of its own that answers as the test says. */
async function aService(
  answer: (server: Server) => Parameters<typeof createServer>[1],
): Promise<string> {
  const server = createServer()
  const listener = answer(server)
  if (listener) server.on('request', listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closing.push(() => new Promise((closed) => server.close(closed)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function ask(transport: InternalTransport, userIds = ['usr_a']) {
  const client = createInternalClient({ identity: transport })
  closing.push(() => client.close())
  return client.call(describeUsers, { userIds })
}

const overHttp = (baseUrl: string, timeoutMs = 500) =>
  httpTransport({ baseUrl, gatewayKey: tenancyKey.value, timeoutMs })

describe('a client over HTTP', () => {
  test('presents its key and returns the parsed answer', async () => {
    const keys: unknown[] = []
    const url = await aService(() => (request, response) => {
      keys.push(request.headers['x-gateway-key'], request.url)
      response.setHeader('content-type', 'application/json').end(JSON.stringify([ann]))
    })
    expect(await ask(overHttp(url))).toEqual([ann])
    expect(keys).toEqual([tenancyKey.value, '/internal/describe-users'])
  })

  test.each([
    ['answers 500', 'UPSTREAM_UNAVAILABLE', 500, '{}'],
    ['answers off contract', 'INTERNAL', 200, '[{"id":1}]'],
    ['answers with a web page', 'UPSTREAM_UNAVAILABLE', 200, '<html>'],
  ])('a service that %s is %s', async (_, code, status, body) => {
    const url = await aService(() => (_request, response) => response.writeHead(status).end(body))
    await expect(ask(overHttp(url))).rejects.toMatchObject({ code })
  })

  test('a service that is not there is UPSTREAM_UNAVAILABLE', async () => {
    await expect(ask(overHttp('http://127.0.0.1:1'))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    })
  })

  test('a service that never answers is UPSTREAM_TIMEOUT', async () => {
    const url = await aService((server) => {
      closing.push(async () => server.closeAllConnections())
      return () => {}
    })
    await expect(ask(overHttp(url, 50))).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' })
  })
})

describe('a client in the same process', () => {
  const server = (answer: () => Promise<(typeof ann)[]>) =>
    createInternalServer([handleInternalCall(describeUsers, answer)], keyring)

  test('goes through the same door', async () => {
    const identity = server(async () => [ann])
    expect(await ask(inProcessTransport(() => identity, tenancyKey.value))).toEqual([ann])
    await expect(ask(inProcessTransport(() => identity, 'tenancy.wrong'))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })

  test('a typed error of the other service stays typed, anything else does not come through', async () => {
    const absent = server(async () => {
      throw notFound('user')
    })
    await expect(ask(inProcessTransport(() => absent, tenancyKey.value))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const broken = server(async () => {
      throw new Error('password is hunter2')
    })
    await expect(ask(inProcessTransport(() => broken, tenancyKey.value))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: expect.not.stringContaining('hunter2'),
    })
  })

  test('a service nobody configured is our fault', async () => {
    const client = createInternalClient({})
    await expect(client.call(describeUsers, { userIds: [] })).rejects.toMatchObject({
      code: 'INTERNAL',
    })
  })
})
