import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { httpJwksFetcher } from './http-jwks-fetcher.ts'

let server: Server | undefined

/** Answers on a port of the system's choice; gives the address. */
async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/jwks.json`
}

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined))
})

describe('fetching a JWKS over HTTP', () => {
  test('gives the parsed document', async () => {
    const url = await serve((_, response) => response.end('{"keys":[]}'))
    expect(await httpJwksFetcher(url)()).toEqual({ keys: [] })
  })

  test('follows no redirect', async () => {
    let asked = 0
    const url = await serve((_, response) => {
      asked += 1
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    await expect(httpJwksFetcher(url)()).rejects.toThrow()
    expect(asked).toBe(1)
  })

  test.each([404, 500, 204])('refuses status %i', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end())
    await expect(httpJwksFetcher(url)()).rejects.toThrow(`answered ${status}`)
  })

  test('refuses what is no JSON', async () => {
    const url = await serve((_, response) => response.end('<html>'))
    await expect(httpJwksFetcher(url)()).rejects.toThrow(SyntaxError)
  })

  test('refuses a body that does not end', async () => {
    const url = await serve((_, response) => {
      const write = () => {
        while (!response.destroyed && response.write(' '.repeat(16_384)));
      }
      response.on('drain', write)
      write()
    })
    await expect(httpJwksFetcher(url)()).rejects.toThrow('too long')
  })

  test('gives up on a server that does not answer', async () => {
    const url = await serve(() => undefined)
    await expect(httpJwksFetcher(url, 20)()).rejects.toThrow('timeout')
  })

  test('gives up on a body that stops half-way', async () => {
    const url = await serve((_, response) => void response.write('{"keys":'))
    await expect(httpJwksFetcher(url, 50)()).rejects.toThrow('timeout')
  })
})
