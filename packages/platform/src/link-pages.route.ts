import { randomToken } from '@logicspike/secrets'
import type { FastifyInstance } from 'fastify'
import { type LinkPage, linkPages } from './link-pages.ts'

/**
 * Development only: the pages behind the links in mails, so that a click does what it says before
 * there is a console. Each sends the same mutation that the console would.
 */
export function serveLinkPages(http: FastifyInstance): void {
  for (const page of linkPages) {
    http.get(page.path, async (_, reply) => {
      const nonce = randomToken(16)
      return reply
        .header('content-security-policy', policy(nonce))
        .header('referrer-policy', 'no-referrer')
        .type('text/html; charset=utf-8')
        .send(html(page, nonce))
    })
  }
}

/** Only our own script runs, and it may only ask this origin; the token goes nowhere else. */
function policy(nonce: string): string {
  return `default-src 'none'; connect-src 'self'; form-action 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'`
}

function html(page: LinkPage, nonce: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${page.title}</title>
<meta name="viewport" content="width=device-width">
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem }
label { display: block; margin: .75rem 0 } input { display: block; width: 100%; padding: .5rem }
button { padding: .5rem 1rem } output { display: block; margin-top: 1rem }</style>
<h1>${page.title}</h1><p>${page.explanation}</p>
<form>${fields(page)}<button>${page.title}</button></form><output role="status"></output>
<script nonce="${nonce}">${script(page)}</script></html>`
}

function fields({ signsIn, asksNewPassword }: LinkPage): string {
  const field = (label: string, name: string, type: string, hint: string) =>
    `<label>${label}<input name="${name}" type="${type}" autocomplete="${hint}" required></label>`
  return [
    signsIn ? field('E-mail', 'email', 'email', 'username') : '',
    signsIn ? field('Password', 'password', 'password', 'current-password') : '',
    asksNewPassword ? field('New password', 'newPassword', 'password', 'new-password') : '',
  ].join('')
}

const SIGN_IN = `mutation ($input: SignInInput!) {
  answer: signIn(input: $input) { tokens { accessToken } userErrors { ... on UserError { message } } } }`

/** Runs in the browser: signs in where needed, then sends the mutation with the link's token. */
function script(page: LinkPage): string {
  const facts = JSON.stringify({ ...page, signInMutation: SIGN_IN }).replaceAll('<', '\\u003c')
  return `const page = ${facts}
const output = document.querySelector('output')
async function send(query, input, accessToken) {
  const response = await fetch('/graphql', { method: 'POST', headers: {
    'content-type': 'application/json', ...(accessToken && { authorization: 'Bearer ' + accessToken }) },
    body: JSON.stringify({ query, variables: { input } }) })
  const { data, errors = [] } = await response.json()
  const refused = [...errors, ...(data?.answer?.userErrors ?? [])]
  if (refused.length) throw new Error(refused.map(({ message }) => message).join(' '))
  return data.answer
}
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = Object.fromEntries(new FormData(event.target))
  output.textContent = 'One moment …'
  try {
    const token = new URLSearchParams(location.search).get('token')
    const session = page.signsIn && (await send(page.signInMutation,
      { email: form.email, password: form.password, delivery: 'PAYLOAD' }))
    const input = { token, ...(page.asksNewPassword && { newPassword: form.newPassword }) }
    await send(page.mutation, input, session && session.tokens.accessToken)
    output.textContent = page.done
  } catch (error) {
    output.textContent = error.message
  }
})`
}
