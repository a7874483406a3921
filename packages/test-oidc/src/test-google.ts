import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import Provider from 'oidc-provider'
import { demoPeople } from './demo-people.ts'
import { withLoginPage } from './interactions.ts'
import type { Person } from './person.ts'
import { providerSettings } from './provider-settings.ts'
import { createScriptedBrowser } from './scripted-browser.ts'

export type TestGoogleOptions = {
  /** Where the relying party wants people back; compared exactly. */
  readonly redirectUris: readonly string[]
  /** A free one when absent. */
  readonly port?: number
  readonly clientId?: string
  /** Random when absent. */
  readonly clientSecret?: string
  /** A few made-up people when absent. */
  readonly people?: readonly Person[]
}

/** A real OpenID provider on the loopback interface whose people are what the test says. */
export type TestGoogle = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Adds a person, or changes the one with that `sub`. */
  setPerson(person: Person): void
  /**
   * Goes through a login as a browser would: opens the authorization URL, chooses the person.
   * @returns the address the provider sends the browser to, usually the relying party's callback
   * @throws where the provider shows an error page instead
   */
  signInAs(sub: string, authorizationUrl: string): Promise<string>
  close(): Promise<void>
}

/** Starts `oidc-provider` with a login page that lists people; see the package's README. */
export async function startTestGoogle(options: TestGoogleOptions): Promise<TestGoogle> {
  const people = new Map((options.people ?? demoPeople).map((person) => [person.sub, person]))
  const client = {
    clientId: options.clientId ?? 'logicspike',
    clientSecret: options.clientSecret ?? randomBytes(24).toString('base64url'),
    redirectUris: options.redirectUris,
  }
  const server = createServer()
  const issuer = `http://localhost:${await listen(server, options.port ?? 0)}`
  const provider = new Provider(
    issuer,
    providerSettings(client, (sub) => people.get(sub)),
  )
  server.on(
    'request',
    withLoginPage(provider, () => [...people.values()]),
  )
  return {
    issuer,
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    setPerson: (person) => void people.set(person.sub, person),
    signInAs: (sub, authorizationUrl) => signIn(issuer, sub, authorizationUrl),
    close: () => closed(server),
  }
}

async function signIn(issuer: string, sub: string, authorizationUrl: string): Promise<string> {
  const browser = createScriptedBrowser(issuer)
  const page = await browser.visit(authorizationUrl)
  // A refusal goes back to the relying party at once.
  if (new URL(page.url).origin !== issuer) return page.url
  const { pathname } = new URL(page.url)
  if (!pathname.startsWith('/interaction/')) {
    throw new Error(`The provider showed ${pathname} (${page.status}) instead of a login page.`)
  }
  const done = await browser.visit(page.url, { sub })
  if (new URL(done.url).origin === issuer) {
    throw new Error(`The provider stopped at ${done.url} (${done.status}).`)
  }
  return done.url
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, 'localhost', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port to listen on.')
  return address.port
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
  })
}
