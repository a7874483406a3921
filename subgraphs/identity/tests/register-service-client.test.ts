import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { askForToken, basic } from './support/oauth-requests.ts'

const app = useIdentityTestApp()
const script = fileURLToPath(new URL('../src/cli/register-service-client.ts', import.meta.url))

type Outcome = { stdout: string; stderr: string; code?: number }

/** Runs the command as an operator does. */
async function run(words: readonly string[], environment: Record<string, string> = {}) {
  const env = { DATABASE_URL: app().database.serviceUrl('identity'), ...environment }
  return promisify(execFile)(process.execPath, [script, ...words], { env }).catch(
    (failure: Outcome) => failure,
  ) as Promise<Outcome>
}

describe('register-service-client', () => {
  test('prints an id and a secret that get a token', async () => {
    const { stdout } = await run(['blog', 'blog:posts.read'])
    const [, id = '', secret = ''] = /^client_id +(\S+)\nclient_secret (\S+)\n$/.exec(stdout) ?? []
    const form = { grant_type: 'client_credentials' }
    const { status, body } = await askForToken(app(), form, basic(id, secret))
    expect([status, body.scope]).toEqual([200, 'blog:posts.read'])
  })

  test.each([
    ['without a service', [], {}, 2, /^Usage: /],
    ['for a wildcard', ['shop', 'shop:*'], {}, 1, /^"shop:\*" is no permission\.\n$/],
    ['without a database', ['shop'], { DATABASE_URL: '' }, 1, /DATABASE_URL/],
  ])('%s says what is wrong', async (_, words, environment, code, message) => {
    const outcome = await run(words, environment)
    expect([outcome.code, outcome.stdout]).toEqual([code, ''])
    expect(outcome.stderr).toMatch(message)
  })
})
