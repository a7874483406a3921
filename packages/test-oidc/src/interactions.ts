import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { loginPage } from './login-page.ts'
import type { Person } from './person.ts'

const INTERACTION = /^\/interaction\/([\w-]+)$/
const MAX_FORM_BYTES = 4096

/** Answers the login page itself and leaves the rest to the provider. */
export function withLoginPage(
  provider: Provider,
  people: () => readonly Person[],
): RequestListener {
  const rest = provider.callback()
  return (request, response) => {
    const uid = INTERACTION.exec(request.url ?? '')?.[1]
    if (uid === undefined) {
      rest(request, response)
      return
    }
    const answer = request.method === 'POST' ? finish(provider, request, response) : undefined
    if (answer) answer.catch(() => response.writeHead(400).end())
    else response.setHeader('content-type', 'text/html').end(loginPage(uid, people()))
  }
}

async function finish(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const accountId = new URLSearchParams(await readForm(request)).get('sub') ?? ''
  const outcome = { login: { accountId }, select_account: {} }
  await provider.interactionFinished(request, response, outcome, { mergeWithLastSubmission: false })
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_FORM_BYTES) throw new Error('The form is too long.')
  }
  return text
}
